using AICodeManager.Signatures.Messages;
using AICodeManager.Signatures.StructuredFields;

namespace AICodeManager.Tests.Signatures.Verifying;

/// <summary>
/// Whether two requests say the same as far as the first one's signature covers them: judged without the verifier's code, by
/// comparison of what was sent and by the object model of structured fields.
/// </summary>
internal static class SameRequest
{
    public static bool Is(IRequestMessage one, IRequestMessage other)
    {
        var (mine, theirs) = (Member(one), Member(other));
        if (mine is null || mine != theirs)
        {
            return false;
        }

        // The content is covered by its digest; the scheme only where a component has it.
        var covered = mine.Items.Select(i => i.Value.Text).ToList();
        return one.Method == other.Method && Target(one, covered) == Target(other, covered) && Host(one) == Host(other)
            && (one.Scheme == other.Scheme || !covered.Contains("@target-uri"))
            && covered.Where(n => n[0] != '@').All(field => Field(one, field) == Field(other, field));
    }

    /// <summary>The member of Signature-Input with the tag aicli, the label left out: it is not signed.</summary>
    public static SfInnerList? Member(IRequestMessage message) =>
        SfParser.TryDictionary(Field(message, "signature-input"), out var inputs, out _) && !inputs.HadDuplicates
            ? inputs.Select(m => m.Value).OfType<SfInnerList>()
                .SingleOrDefault(l => l.Parameters.TryGet("tag", out var tag) && tag == SfBare.OfString("aicli"))
            : null;

    private static string Field(IRequestMessage message, string field) =>
        string.Join(", ", Enumerable.Range(0, message.Lines(field)).Select(i => message.Line(field, i).Trim(' ', '\t')));

    // RFC 9421 section 2.2.7: no query and an empty one have the same value.
    private static string Target(IRequestMessage message, List<string> covered) =>
        covered.Contains("@target-uri") || message.Target.IndexOf('?', StringComparison.Ordinal) < message.Target.Length - 1 ? message.Target : message.Target.TrimEnd('?');

    private static string Host(IRequestMessage message)
    {
        var host = message.Authority.ToLowerInvariant();
        var usual = message.Scheme == "https" ? ":443" : ":80";
        return host.EndsWith(usual, StringComparison.Ordinal) ? host[..^usual.Length] : host;
    }
}
