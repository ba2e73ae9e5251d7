using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace AICodeManager.Cli.Api;

/// <summary>What answers a demand for a fresh proof.</summary>
internal enum ProofKind
{
    Password,

    /// <summary>Of the second factor.</summary>
    Code,
}

/// <summary>Reads the challenge of RFC 9470: the token is good, but this needs a fresher proof of who holds it.</summary>
internal static partial class ProofDemand
{
    public static ProofKind? Of(HttpHeaderValueCollection<AuthenticationHeaderValue> challenges)
    {
        foreach (var challenge in challenges)
        {
            if (challenge.Parameter is not { } text || !text.Contains("insufficient_user_authentication", StringComparison.Ordinal))
                continue;
            // Section 3: several values stand in the order in which the server likes them.
            foreach (var value in Values().Match(text).Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                switch (value)
                {
                    case "urn:aicli:second_factor":
                        return ProofKind.Code;
                    case "urn:aicli:confirm" or "urn:aicli:password":
                        return ProofKind.Password;
                }
            }
        }

        return null;
    }

    [GeneratedRegex("acr_values=\"([^\"]*)\"", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Values();
}
