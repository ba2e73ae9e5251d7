namespace AICodeManager.Server.Ground.Configuration;

/// <summary>Something the operator should know at start that does not keep the server from starting.</summary>
/// <param name="Kind">Why it is told.</param>
/// <param name="Key">The key or, where no key of the file is meant, the environment variable.</param>
/// <param name="Text">What is the matter, for people; never a secret's value.</param>
public sealed record ConfigurationNotice(NoticeKind Kind, string Key, string Text)
{
    public override string ToString() => $"{Key}: {Text}";
}

/// <summary>Why a <see cref="ConfigurationNotice"/> is told.</summary>
public enum NoticeKind
{
    /// <summary>The key was set and is valid, but this version does not enforce it.</summary>
    NotYetInForce,

    /// <summary>A valid setting weakens protection or does not do what its name promises.</summary>
    Warning,

    /// <summary>An environment variable won over a different value in the file.</summary>
    Overridden,

    /// <summary>A secret was given nowhere and was generated into the data folder.</summary>
    Generated,
}
