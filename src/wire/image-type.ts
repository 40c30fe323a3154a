/**
 * How the four formats that every vendor reads begin, in base64. WebP is a kind of RIFF: what tells it apart are the
 * letters after the length, of which all but the first fall on whole characters.
 */
const isWebp = (data: string): boolean => data.startsWith('UklGR') && data.startsWith('RUJQ', 12);

function typeOfBytes(data: string): string | null {
  if (data.startsWith('iVBORw0KGgo')) return 'image/png';
  if (data.startsWith('/9j/')) return 'image/jpeg';
  if (data.startsWith('R0lGOD')) return 'image/gif';
  return isWebp(data) ? 'image/webp' : null;
}

/**
 * The type of an image by its first bytes, else as it was said. OpenAI does not look at what a `data:` URI says, so its
 * clients send JPEG as `image/png` and as `image/jpg`; Anthropic answers 400 to both (`Image does not match the provided
 * media type`, github.com/home-assistant/core/issues/167208), and Gemini to the second.
 * @param data standard base64
 */
export function imageTypeOf(mediaType: string, data: string): string {
  const said = mediaType.toLowerCase();
  return typeOfBytes(data) ?? (said === 'image/jpg' || said === 'image/pjpeg' ? 'image/jpeg' : said);
}
