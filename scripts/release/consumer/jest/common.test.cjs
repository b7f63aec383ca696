test('from CommonJS', async () => {
  const { tensor } = await import('@kindling/core');
  expect(tensor([1, 2]).sum().item()).toBe(3);
});
