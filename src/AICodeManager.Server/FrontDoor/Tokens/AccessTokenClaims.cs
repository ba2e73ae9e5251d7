using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace AICodeManager.Server.FrontDoor.Tokens;

/// <summary>The payload of an access token (RFC 7519 section 4, RFC 9068 section 2.2), written and read.</summary>
/// <param name="roles">Names that are not copied anew for each token; others are read too.</param>
internal sealed class AccessTokenClaims(string issuer, string audience, IEnumerable<string> roles)
{
    /// <summary>How far the clock of the node that made a token may be ahead of ours.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    // The last second of the year 9999.
    private const long LastSecond = 253_402_300_799;
    private const int MaxRoleBytes = 64;

    private readonly byte[] issuer = Encoding.UTF8.GetBytes(issuer);
    private readonly byte[] audience = Encoding.UTF8.GetBytes(audience);
    private readonly (byte[] Bytes, string Text)[] roles = [.. roles.Select(role => (Encoding.UTF8.GetBytes(role), role))];

    [Flags]
    private enum Seen
    {
        None = 0,
        Issuer = 1,
        Audience = 2,
        User = 4,
        Session = 8,
        Token = 16,
        Role = 32,
        Permissions = 64,
        IssuedAt = 128,
        NotBefore = 256,
        ExpiresAt = 512,
        Required = Issuer | Audience | User | Session | Token | Role | IssuedAt | NotBefore | ExpiresAt,
    }

    /// <exception cref="ArgumentException">The token expires before it is issued.</exception>
    public ReadOnlySpan<byte> Write(AccessClaims content, bool withPermissions)
    {
        var (issuedAt, expiresAt) = (content.IssuedAt.ToUnixTimeSeconds(), content.ExpiresAt.ToUnixTimeSeconds());
        if (expiresAt <= issuedAt)
        {
            throw new ArgumentException($"A token issued at {content.IssuedAt:O} cannot expire at {content.ExpiresAt:O}.", nameof(content));
        }

        var payload = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(payload))
        {
            json.WriteStartObject();
            json.WriteString("iss"u8, issuer);
            json.WriteString("aud"u8, audience);
            json.WriteString("sub"u8, content.UserId);
            json.WriteString("sid"u8, content.SessionId);
            json.WriteString("jti"u8, content.TokenId);
            json.WriteString("role"u8, content.Role);
            json.WriteNumber("iat"u8, issuedAt);
            json.WriteNumber("nbf"u8, issuedAt);
            json.WriteNumber("exp"u8, expiresAt);
            if (withPermissions)
            {
                json.WriteStartArray("permissions"u8);
                foreach (var permission in content.Permissions)
                {
                    json.WriteStringValue(permission);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return payload.WrittenSpan;
    }

    /// <summary>Reads a payload whose signature holds. Members that this version does not know are passed over, never twice.</summary>
    public TokenReading Read(ReadOnlySpan<byte> payload, DateTimeOffset now)
    {
        try
        {
            var json = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = 8 });
            return Read(ref json, now);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            // Costly, but only a holder of the key gets here.
            return Malformed("the payload is not JSON");
        }
    }

    private TokenReading Read(ref Utf8JsonReader json, DateTimeOffset now)
    {
        Guid user = default, session = default, token = default;
        string? role = null;
        long issuedAt = 0, notBefore = 0, expiresAt = 0;
        bool issuerIsOurs = false, audienceIsOurs = false;
        var seen = Seen.None;
        HashSet<string>? others = null;

        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return Malformed("the payload is not an object");
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueIsEscaped)
            {
                return Malformed("a claim's name is written in a second way");
            }

            var member = NameOf(ref json);
            if (member == Seen.None && !(others ??= []).Add(json.GetString()!) || (seen & member) != 0)
            {
                return Malformed("a claim is there twice");
            }

            seen |= member;
            json.Read();
            var readable = member switch
            {
                Seen.Issuer => json.TokenType == JsonTokenType.String && Note(out issuerIsOurs, json.ValueTextEquals(issuer)),
                Seen.Audience => ReadAudience(ref json, out audienceIsOurs),
                Seen.User => ReadId(ref json, out user),
                Seen.Session => ReadId(ref json, out session),
                Seen.Token => ReadId(ref json, out token),
                Seen.Role => ReadRole(ref json, out role),
                Seen.IssuedAt => ReadSecond(ref json, out issuedAt),
                Seen.NotBefore => ReadSecond(ref json, out notBefore),
                Seen.ExpiresAt => ReadSecond(ref json, out expiresAt),
                Seen.Permissions => json.TokenType == JsonTokenType.StartArray && json.TrySkip(),
                _ => json.TrySkip(),
            };
            if (!readable)
            {
                return Malformed("a claim is not of the form that this server writes");
            }
        }

        // Reading on makes the reader complain about anything that follows the object.
        if (json.TokenType != JsonTokenType.EndObject || json.Read())
        {
            return Malformed("the payload is not one object");
        }

        if ((seen & Seen.Required) != Seen.Required || expiresAt <= issuedAt)
        {
            return Malformed("a claim is missing, or the token expires before it is issued");
        }

        if (!issuerIsOurs || !audienceIsOurs)
        {
            return TokenReading.Refused(TokenFault.Invalid, issuerIsOurs ? "the audience is another" : "the issuer is another");
        }

        var second = now.ToUnixTimeSeconds();
        if (Math.Max(issuedAt, notBefore) > second + (long)Skew.TotalSeconds)
        {
            return TokenReading.Refused(TokenFault.NotYetValid, "made for a later time");
        }

        return expiresAt <= second
            ? TokenReading.Refused(TokenFault.Expired, "expired")
            : TokenReading.Of(new AccessToken(
                user, session, token, role!, DateTimeOffset.FromUnixTimeSeconds(issuedAt), DateTimeOffset.FromUnixTimeSeconds(expiresAt)));
    }

    private static TokenReading Malformed(string reason) => TokenReading.Refused(TokenFault.Malformed, reason);

    private static Seen NameOf(ref Utf8JsonReader json)
    {
        var name = json.ValueSpan;
        return name.SequenceEqual("iss"u8) ? Seen.Issuer
            : name.SequenceEqual("aud"u8) ? Seen.Audience
            : name.SequenceEqual("sub"u8) ? Seen.User
            : name.SequenceEqual("sid"u8) ? Seen.Session
            : name.SequenceEqual("jti"u8) ? Seen.Token
            : name.SequenceEqual("role"u8) ? Seen.Role
            : name.SequenceEqual("iat"u8) ? Seen.IssuedAt
            : name.SequenceEqual("nbf"u8) ? Seen.NotBefore
            : name.SequenceEqual("exp"u8) ? Seen.ExpiresAt
            : name.SequenceEqual("permissions"u8) ? Seen.Permissions
            : Seen.None;
    }

    private static bool Note(out bool fact, bool value)
    {
        fact = value;
        return true;
    }

    // RFC 7519 section 4.1.3 allows several audiences; a token for somebody else as well is none of ours.
    private bool ReadAudience(ref Utf8JsonReader json, out bool ours)
    {
        ours = false;
        if (json.TokenType != JsonTokenType.StartArray)
        {
            return json.TokenType == JsonTokenType.String && Note(out ours, json.ValueTextEquals(audience));
        }

        return json.Read() && json.TokenType == JsonTokenType.String && Note(out ours, json.ValueTextEquals(audience))
            && json.Read() && json.TokenType == JsonTokenType.EndArray;
    }

    private static bool ReadId(ref Utf8JsonReader json, out Guid id)
    {
        id = default;
        return json is { TokenType: JsonTokenType.String, ValueSpan.Length: 36 }
            && Utf8Parser.TryParse(json.ValueSpan, out id, out var length, 'D') && length == 36;
    }

    private bool ReadRole(ref Utf8JsonReader json, out string? role)
    {
        role = null;
        if (json is not { TokenType: JsonTokenType.String, ValueIsEscaped: false, ValueSpan.Length: > 0 and <= MaxRoleBytes })
        {
            return false;
        }

        foreach (var (bytes, text) in roles)
        {
            if (json.ValueSpan.SequenceEqual(bytes))
            {
                role = text;
                return true;
            }
        }

        role = json.GetString();
        return true;
    }

    private static bool ReadSecond(ref Utf8JsonReader json, out long second)
    {
        second = 0;
        return json.TokenType == JsonTokenType.Number && json.TryGetInt64(out second) && second is >= 0 and <= LastSecond;
    }
}
