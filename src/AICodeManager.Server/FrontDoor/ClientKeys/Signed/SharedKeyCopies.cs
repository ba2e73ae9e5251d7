using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Signed;

/// <summary>
/// Copies of keys for the shared store, with an HMAC in front: who can write there, and no more, must not plant a public
/// key of their own under somebody's name. A copy that another installation or secret made is none; the database has it.
/// </summary>
public sealed class SharedKeyCopies(Settings settings)
{
    private static readonly int TagLength = Base64Url.GetEncodedLength(HMACSHA256.HashSizeInBytes);

    private readonly byte[] key = settings.Session.DeriveKey("aicli shared key copies v1");

    public string Seal(ClientKeyReading reading)
    {
        var text = reading.ToText();
        return TagOf(text) + text;
    }

    /// <summary>Null where it was not sealed here.</summary>
    public ClientKeyReading? Open(string text) =>
        text.Length > TagLength
        && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(text[..TagLength]), Encoding.UTF8.GetBytes(TagOf(text[TagLength..])))
            ? StoredJson.Read<ClientKeyReading>(text[TagLength..])
            : null;

    private string TagOf(string text) => Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
}
