namespace AICodeManager.Cli.Credentials;

/// <summary>A password or token: prints as <c>***</c>, so that no message or log can carry it by accident.</summary>
internal sealed class Secret(string value)
{
    private readonly string value = value;

    /// <summary>The secret itself; every use can be found by this name.</summary>
    public string Reveal() => value;

    public bool IsSameAs(Secret? other) => other is not null && string.Equals(value, other.value, StringComparison.Ordinal);

    public override string ToString() => "***";
}
