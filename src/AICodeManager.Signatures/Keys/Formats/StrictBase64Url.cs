using System.Buffers.Text;

namespace AICodeManager.Signatures.Keys.Formats;

/// <summary>
/// base64url as RFC 7515 section 2 has it: no padding, no white space, no bits left over. The framework's decoder
/// overlooks all three.
/// </summary>
internal static class StrictBase64Url
{
    public static byte[]? Decode(string? text)
    {
        if (string.IsNullOrEmpty(text) || !Base64Url.IsValid(text))
        {
            return null;
        }

        var octets = Base64Url.DecodeFromChars(text);
        return Base64Url.EncodeToString(octets) == text ? octets : null;
    }
}
