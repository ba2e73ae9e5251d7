using System.Text;
using AICodeManager.Signatures.Messages;
using AICodeManager.Signatures.Signing;

namespace AICodeManager.Tests.Signatures;

/// <summary>A request as it stands on the wire, to be signed, changed and verified.</summary>
internal sealed record WireRequest(string Method, string Target, string Authority = "example.com", string Scheme = "https") : IRequestMessage
{
    private (string Name, string Value)[] fields = [];

    public string? Body { get; init; }

    public bool HasContent => Body is not null;

    public int Lines(string field) => fields.Count(f => f.Name == field);

    public string Line(string field, int index) => fields.Where(f => f.Name == field).ElementAt(index).Value;

    /// <summary>With a further line.</summary>
    public WireRequest With(string field, string value) => this with { fields = [.. fields, (field, value)] };

    /// <summary>With this line only, or none.</summary>
    public WireRequest Instead(string field, string? value)
    {
        var rest = this with { fields = [.. fields.Where(f => f.Name != field)] };
        return value is null ? rest : rest.With(field, value);
    }

    public WireRequest With(SignatureFields signature) => With("signature-input", signature.SignatureInput).With("signature", signature.Signature);

    /// <summary>One spelling of all that was sent.</summary>
    public override string ToString() => string.Join('\n', [$"{Method} {Scheme}://{Authority} {Target}", .. fields.Select(f => $"{f.Name}: {f.Value}"), "", Body ?? ""]);

    /// <summary>Reads a request as RFCs print them, lines folded as RFC 8792 says.</summary>
    public static WireRequest Parse(string printed)
    {
        var text = Unfold(printed);
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var head = (end < 0 ? text : text[..end]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var start = head[0].Split(' ');
        var request = new WireRequest(start[0], start[1]) { Body = end < 0 ? null : text[(end + 2)..] };
        foreach (var line in head.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = (line[..colon].ToLowerInvariant(), line[(colon + 1)..].TrimStart(' '));
            request = (name == "host" ? request with { Authority = value } : request).With(name, value);
        }

        return request;
    }

    /// <summary>Puts folded lines together.</summary>
    public static string Unfold(string printed)
    {
        var text = new StringBuilder();
        var folded = false;
        foreach (var line in printed.ReplaceLineEndings("\n").Split('\n'))
        {
            text.Append(folded ? line.TrimStart(' ') : line);
            folded = text.Length > 0 && text[^1] == '\\';
            if (folded)
            {
                text.Length--;
            }
            else
            {
                text.Append('\n');
            }
        }

        return text.ToString(0, text.Length - 1);
    }
}
