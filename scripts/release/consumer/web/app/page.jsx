'use client';

import { useEffect, useState } from 'react';
import { xorLosses } from '../src/xor-losses.js';

export default function Page() {
  const [numbers, setNumbers] = useState();
  useEffect(() => {
    xorLosses().then(setNumbers, (error) => setNumbers({ error: String(error) }));
  }, []);
  return <output>{numbers && JSON.stringify(numbers)}</output>;
}
