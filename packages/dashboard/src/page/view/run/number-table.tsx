import { useMessages } from '../context.ts';

/** Numbers under headings; the first column names the rows. */
export function NumberTable({
  heads,
  rows,
}: {
  heads: readonly string[];
  rows: readonly (readonly (number | string)[])[];
}) {
  const t = useMessages();
  const text = (value: number | string | undefined) =>
    typeof value === 'number' ? t.chart.number(value) : value;
  return (
    <table>
      <thead>
        <tr>
          {heads.map((head) => (
            <th scope="col" key={head}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([first, ...others], index) => (
          <tr key={index}>
            <th scope="row">{text(first)}</th>
            {others.map((value, column) => (
              <td key={column}>{text(value)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
