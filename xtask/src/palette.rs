//! Pictures of few colours: a page on a screen has some hundred that matter, and thousands that only smooth its letters.
//! A palette of 256 makes its picture a third as heavy, and nobody sees it.

use anyhow::{Context, Result, bail};
use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Filter, Transformations};
use std::collections::BTreeMap;
use std::io::Cursor;

type Colour = [u8; 3];

/// As many as one byte can number.
const COLOURS: usize = 256;

/// The PNG file, with a palette of its own.
pub fn reduce(picture: &[u8]) -> Result<Vec<u8>> {
    let (width, height, pixels) = decode(picture).context("this is not a picture of a page")?;
    let mut counts = BTreeMap::new();
    for pixel in &pixels {
        *counts.entry(*pixel).or_insert(0u32) += 1;
    }
    let palette = choose(&counts);
    let numbers: BTreeMap<Colour, u8> = counts.keys().map(|colour| (*colour, nearest(&palette, *colour))).collect();
    let pixels: Vec<u8> = pixels.iter().map(|pixel| numbers[pixel]).collect();

    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width, height);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_palette(palette.concat());
    // Numbers of colours that are near each other are not.
    encoder.set_filter(Filter::NoFilter);
    encoder.set_compression(Compression::High);
    let mut writer = encoder.write_header().context("a picture with a palette cannot be begun")?;
    writer.write_image_data(&pixels).context("a picture with a palette cannot be written")?;
    writer.finish().context("a picture with a palette cannot be ended")?;
    Ok(file)
}

/// Width, height and the colours of all pixels, whatever is transparent among them.
fn decode(picture: &[u8]) -> Result<(u32, u32, Vec<Colour>)> {
    let mut decoder = Decoder::new(Cursor::new(picture));
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let mut reader = decoder.read_info()?;
    let mut bytes = vec![0; reader.output_buffer_size().context("it is too large")?];
    let info = reader.next_frame(&mut bytes)?;
    let samples = match info.color_type {
        ColorType::Rgb => 3,
        ColorType::Rgba => 4,
        other => bail!("its colours are {other:?}"),
    };
    let pixels = bytes[..info.buffer_size()].chunks_exact(samples).map(|pixel| [pixel[0], pixel[1], pixel[2]]);
    Ok((info.width, info.height, pixels.collect()))
}

/// The colours that there are most of, but none that is near another one: as near as it takes for them to be few enough.
fn choose(counts: &BTreeMap<Colour, u32>) -> Vec<Colour> {
    let mut colours: Vec<(u32, Colour)> = counts.iter().map(|(colour, count)| (*count, *colour)).collect();
    colours.sort_by(|a, b| b.cmp(a));
    let mut near = 0;
    loop {
        let mut palette = Vec::new();
        for (_, colour) in &colours {
            if palette.iter().all(|chosen| distance(*chosen, *colour) > near) {
                palette.push(*colour);
            }
            if palette.len() > COLOURS {
                break;
            }
        }
        if palette.len() <= COLOURS {
            return palette;
        }
        near += 1 + near / 2;
    }
}

/// The number of the colour in the palette that is nearest.
fn nearest(palette: &[Colour], colour: Colour) -> u8 {
    let numbers = (0..=u8::MAX).zip(palette);
    let nearest = numbers.min_by_key(|(_, chosen)| distance(**chosen, colour));
    nearest.expect("a picture has a colour").0
}

fn distance(a: Colour, b: Colour) -> u32 {
    a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(width: u32, pixels: &[Colour]) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, width, u32::try_from(pixels.len()).unwrap() / width);
        encoder.set_color(ColorType::Rgb);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&pixels.concat()).unwrap();
        writer.finish().unwrap();
        file
    }

    #[test]
    fn few_colours_stay_as_they_are() {
        let pixels = [[0, 0, 0], [255, 255, 255], [0, 0, 1], [200, 20, 3], [0, 0, 0], [9, 9, 9]];
        let reduced = reduce(&file(3, &pixels)).unwrap();
        assert_eq!(decode(&reduced).unwrap(), (3, 2, pixels.to_vec()));
    }

    #[test]
    fn many_colours_become_a_palette_that_looks_alike() {
        let shades =
            (0..4096).map(|n: u32| [n % 16, n / 16 % 16, n / 256].map(|part| 100 + u8::try_from(part).unwrap()));
        let pixels: Vec<Colour> = [[250, 0, 0]; 4096].into_iter().chain(shades).collect();
        let (width, height, alike) = decode(&reduce(&file(64, &pixels)).unwrap()).unwrap();
        assert_eq!((width, height), (64, 128));
        assert_eq!(alike[..4096], pixels[..4096], "what there is much of stays");
        assert!(alike.iter().collect::<std::collections::BTreeSet<_>>().len() <= COLOURS);
        assert!(pixels.iter().zip(&alike).all(|(a, b)| distance(*a, *b) < 3 * 8 * 8), "no pixel changes much");
    }

    #[test]
    fn what_is_no_picture_is_told() {
        assert!(reduce(b"GIF89a").is_err());
    }
}
