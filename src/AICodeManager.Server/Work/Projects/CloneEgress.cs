using System.Net;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Work.Egress;

namespace AICodeManager.Server.Work.Projects;

/// <summary>Opens, for the time of one clone, a way from its sandbox to the one host that is cloned from.</summary>
public sealed class CloneEgress(Settings settings, AuditTrail audit, TimeProvider time)
{
    /// <summary>Where the forwarder listens inside the sandbox, on its own loopback.</summary>
    public const string PortInside = "8118";

    internal Way Open(Guid project, RemoteGitSource source, RequestOrigin origin)
    {
        var address = source.Address;
        // A clone may carry history that is larger than the working copy; beyond both bounds it would be ended anyway.
        var rule = new EgressRule(
            address.Scheme, address.IdnHost, address.Port, source.PrivateAllowed,
            MaxBytes: settings.Projects.SizeLimit + (64L << 20), Preparation.Limit);
        // Short, since a socket's path has 108 bytes at most (unix(7)), and the data folder may lie deep.
        var folder = Directory.CreateTempSubdirectory("aicli-");
        try
        {
            File.SetUnixFileMode(folder.FullName, (UnixFileMode)0x1ED /* 0755 */);
            return new Way(folder, EgressProxy.Start(folder.FullName, rule, Dns.GetHostAddressesAsync, Tell, time));
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }

        Task Tell(EgressDecision decision) => audit.RecordAsync(
            origin,
            new AuditEvent(decision.Allowed ? "egress_allowed" : "egress_refused")
            {
                Outcome = decision.Allowed ? AuditOutcome.Success : AuditOutcome.Refused,
                Reason = decision.Reason,
                Details = new Dictionary<string, object?> { ["target"] = decision.Target },
            }.On("project", project),
            CancellationToken.None);
    }

    /// <summary>The open way: a folder with the proxy's socket, for one sandbox.</summary>
    internal sealed class Way(DirectoryInfo folder, EgressProxy proxy) : IAsyncDisposable
    {
        public string Folder => folder.FullName;

        public async ValueTask DisposeAsync()
        {
            await proxy.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }
}
