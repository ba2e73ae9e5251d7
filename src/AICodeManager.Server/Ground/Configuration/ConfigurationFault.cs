using System.Text;

namespace AICodeManager.Server.Ground.Configuration;

/// <summary>One thing that is wrong with the configuration. It never holds a secret's value.</summary>
/// <param name="File">The file it stands in, as it was named; null where an environment variable is at fault.</param>
/// <param name="Line">Line in the file, from 1; null where the whole file is meant.</param>
/// <param name="Variable">The environment variable at fault; null where the file is.</param>
/// <param name="Key">Path of the key, such as <c>jwt.secret_key</c>; null where no key is meant.</param>
/// <param name="Problem">What is wrong, for people.</param>
/// <param name="Accepted">What is accepted instead, for people; null where the problem says it.</param>
public sealed record ConfigurationFault(
    string? File, long? Line, string? Variable, string? Key, string Problem, string? Accepted)
{
    /// <summary>One line: place, key, what is wrong, what is accepted.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Variable ?? File);
        if (Variable is null && Line is { } line)
            text.Append(':').Append(line);
        if (Key is not null)
            text.Append(Variable is null ? ": " : " (").Append(Key).Append(Variable is null ? "" : ")");
        text.Append(text.Length == 0 ? "" : ": ").Append(Problem);
        if (Accepted is not null)
            text.Append(". Accepted: ").Append(Accepted);
        return text.ToString();
    }
}
