using AICodeManager.Server.Keeping.Alerts.Messages;

namespace AICodeManager.Server.Keeping.Alerts.Channels;

/// <summary>Carries messages over one configured channel. Whatever goes wrong on the way is an answer, not an exception.</summary>
internal interface IAlertSender
{
    /// <summary>Makes one attempt. It ends within <paramref name="cancel"/>, which the courier bounds.</summary>
    /// <param name="recipient">An e-mail address; empty where the channel is the recipient.</param>
    Task<SendResult> SendAsync(AlertMessage message, string recipient, CancellationToken cancel);
}

/// <summary>How an attempt ended.</summary>
/// <param name="Outcome">What follows from it.</param>
/// <param name="Error">Why it failed, for administrators; never a secret.</param>
/// <param name="RetryAfter">What the other side asked to wait.</param>
internal sealed record SendResult(SendOutcome Outcome, string? Error = null, TimeSpan? RetryAfter = null)
{
    public static readonly SendResult Sent = new(SendOutcome.Sent);

    /// <summary>May go better another time: nothing answers, the other side asks to wait, or an operator can mend it.</summary>
    public static SendResult Later(string error, TimeSpan? after = null) => new(SendOutcome.Later, error, after);

    /// <summary>The same attempt will never go better.</summary>
    public static SendResult Never(string error) => new(SendOutcome.Never, error);
}

internal enum SendOutcome
{
    Sent,
    Later,
    Never,
}
