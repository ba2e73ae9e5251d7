using System.Text.Json;
using AICodeManager.Server.FrontDoor.ClientKeys.Possession;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.FrontDoor.Sessions.Risk;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Verifying;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Devices;

/// <summary>What a client says of a key that it brings.</summary>
/// <param name="PublicKey">PEM or JWK as a string, or JWK as an object.</param>
public sealed record KeyOffer(JsonElement PublicKey, string? Name, string? Custody, string? Algorithm);

/// <summary>A key that was read and whose holder proved to have the private one; its nonce is not spent yet.</summary>
public sealed record OfferedKey(string PublicKey, string Thumbprint, SignatureAlgorithm Algorithm, PresentedSignature Signature);

/// <summary>Reads what every route that takes a key takes, and judges it in one order: the fields, the key, the proof.</summary>
public sealed class KeyIntake(PossessionProof proof, Clients clients)
{
    private const int MaxName = 100;

    private static readonly string[] Algorithms = [.. Enum.GetNames<SignatureAlgorithm>()];

    public (OfferedKey? Offered, Refusal? Refused) Read(HttpContext context, ReadOnlySpan<byte> body, KeyOffer offer)
    {
        var errors = new FieldErrors();
        if (offer.Name is not null)
        {
            errors.Name("name", offer.Name, MaxName);
        }

        if (offer.Custody is not null)
        {
            errors.OneOf("custody", offer.Custody, [.. KeyCustodyWords.All]);
        }

        if (offer.Algorithm is not null)
        {
            errors.OneOf("algorithm", offer.Algorithm, Algorithms);
        }

        var text = offer.PublicKey.ValueKind switch
        {
            JsonValueKind.String => TextOf(offer.PublicKey),
            JsonValueKind.Object => offer.PublicKey.GetRawText(),
            _ => null,
        };
        if (text is null)
        {
            errors.Add("public_key", "must be PEM or a JWK as text, or a JWK as an object");
        }

        if (errors.Any)
        {
            return (null, errors.ToRefusal());
        }

        SignatureAlgorithm? wanted = offer.Algorithm is null ? null : Enum.Parse<SignatureAlgorithm>(offer.Algorithm);
        if (!PublicKeys.TryRead(text!, wanted, out var key, out var fault, out var why))
        {
            return (null, KeyRefusals.InvalidKey(fault, why));
        }

        using (key)
        {
            return proof.Judge(context, body, key, out var signature) is { } refused
                ? (null, refused)
                : (new OfferedKey(Convert.ToBase64String(key.ToSpki()), key.Thumbprint, key.Algorithm, signature!), null);
        }
    }

    /// <summary>Spends the proof, for this user; null to go on.</summary>
    public Task<Refusal?> SpendAsync(OfferedKey offered, Guid userId, CancellationToken cancel) =>
        proof.SpendAsync(userId, offered.Thumbprint, offered.Signature, cancel);

    /// <summary>The key as it is to be kept.</summary>
    /// <param name="name">Null names it after the program that brings it.</param>
    /// <param name="method">See <see cref="NewKey"/>.</param>
    public NewKey Accept(HttpContext context, OfferedKey offered, KeyCustody custody, string? name, string method)
    {
        var client = clients.Of(context);
        return new NewKey(
            offered.PublicKey, offered.Thumbprint, offered.Algorithm, custody, name ?? NameOf(context, custody), client.UserAgent, client.Address,
            method);
    }

    // Half a character, written as an escape, is JSON and no text.
    private static string? TextOf(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string NameOf(HttpContext context, KeyCustody custody)
    {
        var family = UserAgent.Parse(Clients.UserAgentOf(context)).Family;
        // A header may have what no name may.
        var errors = new FieldErrors();
        errors.Name("name", family, MaxName);
        return !errors.Any ? family : custody == KeyCustody.Native ? "Device" : "Browser";
    }
}
