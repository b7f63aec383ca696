// Automatic differentiation in three small steps.
import { tensor } from '@kindling/core';

// y = (x − 1)(x − 2)(x − 3)
const x = tensor(3.5, { requiresGrad: true });
x.sub(1).mul(x.sub(2)).mul(x.sub(3)).backward();
console.log('dy/dx =', x.grad?.item());

// y = x², z = 2y + 3
const x2 = tensor(3.5, { requiresGrad: true });
x2.mul(x2).mul(2).add(3).backward();
console.log('dz/dx =', x2.grad?.item());

// x = 2a + 3b, y = 5a² + 3b³, z = 2x + 3y
const a = tensor(2, { requiresGrad: true });
const b = tensor(1, { requiresGrad: true });
const u = a.mul(2).add(b.mul(3));
const v = a.mul(a).mul(5).add(b.mul(b).mul(b).mul(3));
u.mul(2).add(v.mul(3)).backward();
console.log('dz/da =', a.grad?.item());
console.log('dz/db =', b.grad?.item());
