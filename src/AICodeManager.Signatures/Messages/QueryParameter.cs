using System.Text;

namespace AICodeManager.Signatures.Messages;

/// <summary>One parameter of a query, named and told in the encoding that RFC 9421 section 2.2.8 asks for.</summary>
internal static class QueryParameter
{
    /// <summary>False where the name is not there exactly once.</summary>
    /// <param name="target">Path and query as sent.</param>
    /// <param name="name">Encoded.</param>
    /// <param name="value">Encoded.</param>
    public static bool TryFind(string target, string name, out string value)
    {
        value = "";
        var question = target.IndexOf('?', StringComparison.Ordinal);
        if (question < 0)
        {
            return false;
        }

        var found = 0;
        var rest = target.AsSpan(question + 1);
        foreach (var range in rest.Split('&'))
        {
            var pair = rest[range];
            var equals = pair.IndexOf('=');
            var key = equals < 0 ? pair : pair[..equals];
            if (Encode(key) == name)
            {
                value = equals < 0 ? "" : Encode(pair[(equals + 1)..]);
                found++;
            }
        }

        return found == 1;
    }

    // Decoded as a form's (a plus is a space), then encoded as the URL standard's percent-encode set for components says.
    private static string Encode(ReadOnlySpan<char> part)
    {
        var text = part.ToString().Replace('+', ' ');
        var encoded = new StringBuilder(Uri.EscapeDataString(Uri.UnescapeDataString(text)));
        return encoded.Replace("%21", "!").Replace("%27", "'").Replace("%28", "(").Replace("%29", ")").Replace("%2A", "*").ToString();
    }
}
