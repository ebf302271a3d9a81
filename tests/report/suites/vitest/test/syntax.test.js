import { test } from 'vitest';
const x = ;
