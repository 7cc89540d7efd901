import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    alias: { lissnas: fileURLToPath(new URL('src/index.ts', import.meta.url)) },
  },
  test: {
    include: ['src/**/*.test.ts', 'web/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts'],
    globalSetup: ['scripts/build-kernels.mjs', 'scripts/build-web.mjs'],
    testTimeout: 60_000,
  },
});
