/** Builds the pages of web/ into dist/web/: each one HTML file with everything inside. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build } from 'vite';
import { viteSingleFile } from 'vite-plugin-singlefile';
import { hashFiles, pageSources, root } from './stamps.mjs';

const OUT = join(root, 'dist/web');
const STAMP = join(root, '.build/web-stamp');
const PAGES = ['report.html', 'dashboard.html'];

/** Makes the pages where they are missing or older than their sources. @throws Error where they do not compile */
export default async function buildWeb() {
  const stamp = hashFiles(pageSources());
  const made = PAGES.every((page) => existsSync(join(OUT, page)));
  if (made && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp) return;
  for (const page of PAGES) {
    await build({
      root: join(root, 'web'),
      configFile: false,
      logLevel: 'warn',
      plugins: [svelte({ configFile: false }), viteSingleFile({ removeViteModuleLoader: true })],
      build: { outDir: OUT, emptyOutDir: false, target: 'es2022', rollupOptions: { input: join(root, 'web', page) } },
    });
  }
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, stamp);
}
