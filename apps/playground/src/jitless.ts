import * as z from 'zod';

// Zod tries whether it may make code from text as soon as a schema is made. The policy of the page and its worker forbids it, and reports the attempt.
z.config({ jitless: true });
