import { defineConfig } from "vite";

// Everything the console needs is a file of its own origin: the content security policy allows neither inline
// script or style nor data: fonts, and the page makes no external request.
export default defineConfig({
  base: "/",
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    target: "es2022",
    cssTarget: "chrome123",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
    reportCompressedSize: true,
  },
});
