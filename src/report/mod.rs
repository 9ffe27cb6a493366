//! Markdown and SVG from records. Draws and formats, never computes.
