namespace AICodeManager.Server.Bff;

/// <summary>How the BFF speaks to the API.</summary>
/// <param name="Api">Scheme, host and port of the API; no path.</param>
public sealed record BffOptions(Uri Api)
{
    /// <summary>Bytes of the largest body that is passed on.</summary>
    public long BodyLimit { get; init; } = 257L << 20;

    /// <summary>Until the API's machine must have taken the connection.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From the end of the request's body until the answer's head.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>How long an answer or a body may say nothing; event streams say something every 15 seconds.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMinutes(2);
}
