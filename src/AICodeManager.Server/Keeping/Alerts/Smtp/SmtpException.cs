namespace AICodeManager.Server.Keeping.Alerts.Smtp;

/// <summary>A message was not handed in.</summary>
/// <param name="message">Which step failed and what the server answered; never what was sent to it.</param>
internal sealed class SmtpException(string message, bool isFinal = false) : Exception(message)
{
    /// <summary>The server refused this message or recipient for good (RFC 5321 section 4.2.1, 5yz).</summary>
    public bool IsFinal => isFinal;
}

/// <summary>Bounds of one conversation with a mail server.</summary>
/// <param name="Reply">For one reply; the RFC's own times (5321 section 4.5.3.2) are for queues with nobody waiting.</param>
internal sealed record SmtpPatience(TimeSpan Connect, TimeSpan Reply, TimeSpan Whole)
{
    public static readonly SmtpPatience Default = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(60));
}
