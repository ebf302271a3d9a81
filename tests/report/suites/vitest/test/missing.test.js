import { test } from 'vitest';
import x from '../src/nowhere.js';

test('never', () => x);
