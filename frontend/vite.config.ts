import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const backend = process.env.VECHE_BACKEND ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
  resolve: {
    alias: { $lib: here('src/lib'), $ui: here('src/ui') },
    // Vitest would otherwise take Svelte's server build, which has no effects.
    conditions: process.env.VITEST ? ['browser'] : undefined,
  },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0, // nothing inline: the policy of the page is 'self'
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      checks: { pluginTimings: false },
      output: {
        // What most pages need comes in one file, instead of thirty small ones one after another.
        codeSplitting: {
          groups: [{ name: 'base', minShareCount: 6, test: /node_modules|src[\\/]ui[\\/]|src[\\/]lib[\\/](?!live|verify|i18n[\\/](\w+\.)?(en|ru)\.)/ }],
        },
      },
    },
  },
  server: { proxy: { '/api': backend, '/live': { target: backend, ws: true } } },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
