using System.Text.Json;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Bench.Encryption;

/// <summary>Sessions in clear, as no server keeps them: what sealing costs is the difference.</summary>
internal sealed class PlainSessions : ISessionForm
{
    public string Write(Session session, long version) => JsonSerializer.Serialize(session, WireJson.Options);

    public Session? Read(Guid userId, StoredRecord record) => JsonSerializer.Deserialize<Session>(record.Data, WireJson.Options);
}
