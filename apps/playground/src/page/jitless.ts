import * as z from 'zod';

// Zod tries whether it may make code from text as soon as a schema is made. The page's policy forbids it, and reports the attempt.
z.config({ jitless: true });
