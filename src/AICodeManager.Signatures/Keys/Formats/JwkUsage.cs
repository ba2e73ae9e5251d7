using System.Text.Json;

namespace AICodeManager.Signatures.Keys.Formats;

/// <summary>What a JWK says it is for (RFC 7517 sections 4.2 and 4.3): a key that is not for signatures is not used for them.</summary>
internal static class JwkUsage
{
    public static KeyRefusal? Refuse(JsonElement jwk)
    {
        if (jwk.TryGetProperty("use", out var use) && !(use.ValueKind == JsonValueKind.String && use.ValueEquals("sig")))
        {
            return new(KeyFault.Usage, "The JWK is for another use: use must be sig or absent.");
        }

        return !jwk.TryGetProperty("key_ops", out var operations) || AreForSignatures(operations)
            ? null
            : new(KeyFault.Usage, "The JWK is for other operations: key_ops must be [\"verify\"] or absent.");
    }

    // "sign" beside it is tolerated: some writers keep the pair's operations in the public half.
    private static bool AreForSignatures(JsonElement operations)
    {
        if (operations.ValueKind != JsonValueKind.Array || operations.GetArrayLength() is 0 or > 2)
        {
            return false;
        }

        var names = operations.EnumerateArray().Select(o => o.ValueKind == JsonValueKind.String ? o.GetString() : null).ToList();
        return names.Contains("verify") && names.All(n => n is "verify" or "sign") && names.Distinct().Count() == names.Count;
    }
}
