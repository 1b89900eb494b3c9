//! The QR code that brings people into a conference: whatever its format, it says the join address.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hezi_tests::{Conference, Host, User};

/// The text of the QR code in a PNG, read by another library than the one that drew it.
fn read_qr_code(png: &[u8]) -> String {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut pixels).expect("an image");
    let row_bytes = info.line_size;
    let brightness = |x: usize, y: usize| match (info.color_type, info.bit_depth) {
        (png::ColorType::Grayscale, png::BitDepth::One) => {
            let byte = pixels[y * row_bytes + x / 8];
            if byte >> (7 - x % 8) & 1 == 1 { 255 } else { 0 }
        }
        (color, png::BitDepth::Eight) => pixels[y * row_bytes + x * color.samples()],
        other => panic!("an image of another kind: {other:?}"),
    };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(info.width as usize, info.height as usize, brightness);
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "one QR code in the picture");
    grids[0].decode().expect("a QR code that can be read").1
}

async fn host_with_conference() -> (Host, User, Conference) {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    (host, wang, room)
}

#[tokio::test]
async fn a_phone_reads_the_join_address_from_the_png() {
    let (_host, wang, room) = host_with_conference().await;

    let answer = wang.get(&room.path("/qr?format=png")).await;

    assert_eq!((answer.status, answer.header("content-type")), (200, "image/png"));
    assert_eq!(&answer.body[..8], b"\x89PNG\r\n\x1a\n");
    assert_eq!(read_qr_code(&answer.body), room.join_url);
}

#[tokio::test]
async fn a_page_embeds_the_same_picture_as_a_data_url() {
    let (_host, wang, room) = host_with_conference().await;

    let answer = wang.get(&room.path("/qr?format=data-url")).await.ok(200);

    let data_url = answer["data_url"].as_str().expect("a data URL");
    let encoded = data_url.strip_prefix("data:image/png;base64,").expect("a PNG in base64");
    assert_eq!(read_qr_code(&STANDARD.decode(encoded).expect("base64")), room.join_url);
}

#[tokio::test]
async fn a_big_screen_gets_a_picture_that_scales() {
    let (_host, wang, room) = host_with_conference().await;

    let by_default = wang.get(&room.path("/qr")).await;
    let asked_for = wang.get(&room.path("/qr?format=svg")).await;

    for answer in [by_default, asked_for] {
        assert_eq!(answer.status, 200);
        assert!(answer.header("content-type").starts_with("image/svg+xml"), "{}", answer.header("content-type"));
        let picture = answer.text();
        assert!(picture.contains("<svg") && picture.trim_end().ends_with("</svg>"), "{picture}");
        assert!(!picture.contains("<script"), "a picture and nothing else");
    }
}

#[tokio::test]
async fn a_format_that_nobody_draws_is_refused() {
    let (_host, wang, room) = host_with_conference().await;

    let problem = wang.get(&room.path("/qr?format=gif")).await.problem(422, "invalid");

    let detail = problem["detail"].as_str().expect("a sentence");
    assert!(["svg", "png", "data-url"].iter().all(|format| detail.contains(format)), "{detail}");
}
