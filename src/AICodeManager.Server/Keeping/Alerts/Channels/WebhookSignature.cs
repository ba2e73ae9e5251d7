using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.Ground;

namespace AICodeManager.Server.Keeping.Alerts.Channels;

/// <summary>
/// <c>webhook-signature</c> of Standard Webhooks 1.0.0: <c>v1,</c> and the base64 of HMAC-SHA-256 over id, timestamp and body,
/// joined by full stops.
/// </summary>
/// <param name="secret"><c>whsec_</c> and base64, or a key as it stands.</param>
internal sealed class WebhookSignature(Secret secret)
{
    private const string Prefix = "whsec_";

    public string Of(string id, long timestamp, ReadOnlySpan<byte> body)
    {
        var head = Encoding.UTF8.GetBytes($"{id}.{timestamp}.");
        var key = Key();
        try
        {
            return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, (byte[])[.. head, .. body]))}";
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private byte[] Key()
    {
        var text = secret.Reveal();
        return text.StartsWith(Prefix, StringComparison.Ordinal) ? Convert.FromBase64String(text[Prefix.Length..]) : Encoding.UTF8.GetBytes(text);
    }
}
