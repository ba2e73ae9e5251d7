using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Keeping.Audit;

/// <summary>
/// Told of every audit event once it is kept, on the thread of whoever wrote it. Must not throw and must not wait: the
/// write is done, and neither its time nor its outcome may depend on who listens.
/// </summary>
public interface IAuditObserver
{
    void Recorded(RequestOrigin origin, AuditEvent happened, DateTimeOffset at);
}
