namespace AICodeManager.Server.Keeping.Alerts.Messages;

/// <summary>What one attempt carries.</summary>
/// <param name="Id">The delivery's, the same at every attempt.</param>
/// <param name="Title">One line, in the channel's language.</param>
/// <param name="Text">Plain text, lines ended by LF.</param>
/// <param name="SentAt">The time of this attempt.</param>
internal sealed record AlertMessage(Guid Id, AlertContent Content, string Title, string Text, DateTimeOffset SentAt);
