// Package frontend holds the browser application of Veche and hands its
// built files to the server.
//
// It must never decide anything: what a person may do comes from the server
// with every topic ("can"), and the server checks it again. It keeps no
// personal data in web storage and puts no code or token into a URL that
// reaches the server.
//
// # Design
//
// Svelte 5, Vite and TypeScript, with a router of its own over the history
// API and native elements first (dialog, details, select): the whole
// application weighs less than React alone. Every text stands in a typed
// catalogue (src/lib/i18n), so a missing translation fails the type check. User text
// only ever becomes a text node. Nothing is inline, neither style nor script,
// so a Content-Security-Policy of 'self' suffices: bars are drawn as SVG
// attributes.
//
// The built files are embedded and not committed. A committed dist/.gitkeep,
// which the build puts back from public/.gitkeep, lets `go build ./...` work
// on a clean clone without npm; [Built] then reports false and the server
// says which script to run.
//
// The live line resumes per room by the last event that it has; what a person
// sent and nobody acknowledged goes again under the same id. The browser tests
// (e2e) run a real server and cut one browser's line at a proxy of their own,
// because a browser's offline mode leaves websockets open.
//
// # Figures
//
// Gzipped at level 9, after scripts/build, by
//
//	cd frontend/dist/assets && for f in *; do echo $(gzip -9c $f | wc -c) $f; done
//
// the first page of a newcomer: script 45 KB, style 5.5 KB; every page in both
// languages: script 106 KB, style 11 KB. React alone would be 69 KB. A build
// takes 2 s, and two builds give the same bytes.
package frontend
