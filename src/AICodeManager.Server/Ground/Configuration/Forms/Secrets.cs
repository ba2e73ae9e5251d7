using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Forms;

/// <summary>Secrets. Faults never show them, and what was copied from an example is none.</summary>
internal static class Secrets
{
    private static readonly string[] Starts = ["your-", "your_", "your ", "my-secret", "my_secret", "insert-", "enter-", "..."];
    private static readonly string[] Parts =
    [
        "changeme", "change-me", "change_me", "change-this", "change_this", "placeholder", "replace-me", "replace_me",
        "example", "secret-key-here", "at-least-32", "32-characters", "32-chars", "xxxxxxxx",
    ];

    /// <summary>A key of ours: at least 32 characters, at least 8 different ones.</summary>
    public static readonly Form<Secret> Key = new(
        $"{SecretsFolder.MinLength} or more random characters, for example from 'openssl rand -base64 48'",
        text => text.Length < SecretsFolder.MinLength ? Outcome.Wrong<Secret>($"is shorter than {SecretsFolder.MinLength} characters")
            : IsPlaceholder(text) ? Outcome.Wrong<Secret>("is a placeholder, not a secret")
            : text.Distinct().Count() < 8 ? Outcome.Wrong<Secret>("repeats a few characters and can be guessed")
            : Outcome.Of(new Secret(text)),
        Hidden: true);

    /// <summary>A credential that somebody else issued, whose length is not ours to judge.</summary>
    public static readonly Form<Secret?> Credential = new(
        "the credential as it was issued, not an example's",
        text => IsPlaceholder(text) ? Outcome.Wrong<Secret?>("is a placeholder, not a credential") : Outcome.Of<Secret?>(new Secret(text)),
        Hidden: true);

    /// <summary>
    /// What signs a webhook: <c>whsec_</c> and the base64 of 24 to 64 bytes, as Standard Webhooks writes it, or a key of ours
    /// as it stands, in UTF-8.
    /// </summary>
    public static readonly Form<Secret> Webhook = new(
        $"whsec_ and the base64 of 24 to 64 random bytes, or {SecretsFolder.MinLength} or more random characters",
        text => !text.StartsWith("whsec_", StringComparison.Ordinal) ? Key.Read(text)
            : Convert.TryFromBase64String(text["whsec_".Length..], new byte[text.Length], out var bytes) && bytes is >= 24 and <= 64
                ? Outcome.Of(new Secret(text))
                : Outcome.Wrong<Secret>("is not the base64 of 24 to 64 bytes after whsec_"),
        Hidden: true);

    /// <summary>Headers that carry credentials, as OpenTelemetry writes them (specification, "Protocol Exporter").</summary>
    public static readonly Form<Secret?> HeaderList = new(
        "name=value, several separated by commas, commas and blanks within values percent-encoded",
        text => text.Length <= 8000 && text.Split(',').All(IsHeader) ? Outcome.Of<Secret?>(new Secret(text)) : Outcome.Wrong<Secret?>("is not a list of headers"),
        Hidden: true);

    /// <summary>A password that a person chose; the accounts judge it.</summary>
    public static readonly Form<Secret?> Password = new(
        "a password", text => Outcome.Of<Secret?>(new Secret(text)), Hidden: true);

    /// <summary>A client id that is not an example's.</summary>
    public static readonly Form<string?> ClientId = new(
        "the client id as the provider issued it",
        text => IsPlaceholder(text) ? Outcome.Wrong<string?>("is a placeholder") : Outcome.Of<string?>(text));

    private static bool IsHeader(string text) =>
        text.Trim().Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } value]
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && value.All(c => c is > ' ' and <= '~');

    /// <summary>Whether the text looks like what documentation shows where a secret belongs.</summary>
    public static bool IsPlaceholder(string text)
    {
        var lower = text.Trim().ToLowerInvariant();
        return lower.Length == 0
            || (lower[0] == '<' && lower[^1] == '>')
            || Starts.Any(start => lower.StartsWith(start, StringComparison.Ordinal))
            || Parts.Any(part => lower.Contains(part, StringComparison.Ordinal))
            || (lower.Length > 3 && lower.Distinct().Count() == 1);
    }
}
