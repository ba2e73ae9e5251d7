using AICodeManager.Server.Keeping.Alerts.Channels;

namespace AICodeManager.Server.Keeping.Audit.Streams;

/// <summary>Carries batches to one receiver. Whatever goes wrong is an answer, not an exception.</summary>
internal interface IStreamSender
{
    /// <summary>Items of the largest batch.</summary>
    int MaxItems { get; }

    /// <summary>Bytes of JSON from which a batch is closed; one item may be larger.</summary>
    int MaxBytes { get; }

    /// <summary>
    /// Makes one attempt. <see cref="SendOutcome.Sent"/> means that the receiver has all of it, as far as its protocol can tell;
    /// anything else that the same batch will come again.
    /// </summary>
    Task<SendResult> SendAsync(IReadOnlyList<StreamItem> batch, CancellationToken cancel);
}
