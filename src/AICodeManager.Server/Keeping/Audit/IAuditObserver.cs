using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit.Chain;

namespace AICodeManager.Server.Keeping.Audit;

/// <summary>
/// Told of every audit event once it is kept, on the thread of whoever wrote it. Must not throw and must not wait: the
/// write is done, and neither its time nor its outcome may depend on who listens.
/// </summary>
public interface IAuditObserver
{
    void Recorded(RequestOrigin origin, AuditEvent happened, DateTimeOffset at);

    /// <summary>A checkpoint was signed and is kept: whoever sends the audit away sends it, too.</summary>
    void CheckpointSigned(AuditCheckpoint checkpoint)
    {
    }

    /// <summary>The audit cannot be written. Told once, and again only after it could be.</summary>
    void Broken(string reason)
    {
    }
}
