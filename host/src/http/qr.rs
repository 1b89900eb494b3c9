//! QR codes: an address as a picture. Pure; what the address is, others know.
//!
//! # Invariants
//! * A quiet zone of four modules surrounds the code (ISO/IEC 18004), without which scanners miss it.

use png::{BitDepth, ColorType};
use qrcode::render::svg;
use qrcode::{Color, QrCode};

/// Width of the quiet zone in modules.
const QUIET_MODULES: usize = 4;
/// Width of a module in pixels.
const MODULE_PIXELS: usize = 8;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub(super) enum QrError {
    /// The text does not fit into a QR code.
    #[error("the QR code: {0}")]
    Code(#[from] qrcode::types::QrError),
    /// The picture could not be written.
    #[error("the QR code as PNG: {0}")]
    Png(#[from] png::EncodingError),
}

/// The text as SVG.
pub(super) fn svg(text: &str) -> Result<String, QrError> {
    let module = MODULE_PIXELS as u32;
    Ok(QrCode::new(text)?.render::<svg::Color<'_>>().quiet_zone(true).module_dimensions(module, module).build())
}

/// The text as PNG, one bit a pixel.
pub(super) fn png(text: &str) -> Result<Vec<u8>, QrError> {
    let code = QrCode::new(text)?;
    let width = (code.width() + 2 * QUIET_MODULES) * MODULE_PIXELS;
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width as u32, width as u32);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::One);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels(&code, width))?;
    writer.finish()?;
    Ok(out)
}

/// The picture's rows, each padded to a whole byte; a set bit is white.
fn pixels(code: &QrCode, width: usize) -> Vec<u8> {
    let row_bytes = width.div_ceil(8);
    let mut rows = vec![0xff; row_bytes * width];
    for y in 0..width {
        for x in 0..width {
            if is_dark(code, x / MODULE_PIXELS, y / MODULE_PIXELS) {
                rows[y * row_bytes + x / 8] &= !(0x80 >> (x % 8));
            }
        }
    }
    rows
}

/// Whether the module is dark, counted from the edge of the quiet zone.
fn is_dark(code: &QrCode, x: usize, y: usize) -> bool {
    let inside = QUIET_MODULES..QUIET_MODULES + code.width();
    inside.contains(&x) && inside.contains(&y) && code[(x - QUIET_MODULES, y - QUIET_MODULES)] == Color::Dark
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "http://127.0.0.1:4000/c/00042";

    #[test]
    fn the_svg_is_one() {
        let svg = svg(URL).expect("a picture");
        assert!(svg.starts_with("<?xml") && svg.contains("<svg ") && svg.ends_with("</svg>"), "{svg}");
    }

    #[test]
    fn the_png_shows_the_modules() {
        let code = QrCode::new(URL).expect("a code");
        let decoder = png::Decoder::new(std::io::Cursor::new(png(URL).expect("a picture")));
        let mut reader = decoder.read_info().expect("a PNG");
        let mut rows = vec![0; reader.output_buffer_size().expect("a size")];
        let info = reader.next_frame(&mut rows).expect("a frame");
        let width = (code.width() + 8) * 8;
        assert_eq!((info.width as usize, info.height as usize, info.bit_depth), (width, width, BitDepth::One));
        let dark = |x: usize, y: usize| rows[y * info.line_size + x / 8] & (0x80 >> (x % 8)) == 0;
        assert!((0..width).all(|x| !dark(x, 0) && !dark(x, 31)), "the quiet zone is white");
        // The upper left finder pattern: dark ring, light ring, dark middle.
        assert!(dark(32, 32) && !dark(32 + 8, 32 + 8) && dark(32 + 16, 32 + 16));
        for y in 0..code.width() {
            for x in 0..code.width() {
                assert_eq!(dark((x + 4) * 8 + 3, (y + 4) * 8 + 5), code[(x, y)] == Color::Dark, "{x},{y}");
            }
        }
    }
}
