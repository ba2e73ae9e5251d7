using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Keeping.Vault;

namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>
/// Sessions sealed for their user, id and version (spec A13, <c>sessions.data</c>): who can read the shared store learns
/// no address and no device of anybody, and who can write there makes no session and brings no former state back.
/// </summary>
public sealed partial class SealedSessions(FieldVault vault, ILogger<SealedSessions> log) : ISessionForm
{
    public string Write(Session session, long version) =>
        vault.SealBytes(StoredJson.Write(session), PlaceOf(session.UserId, SessionStore.KeyOf(session.Id), version));

    public Session? Read(Guid userId, StoredRecord record)
    {
        if (vault.OpenBytes(record.Data, PlaceOf(userId, record.Key, record.Version)) is { } text)
        {
            return StoredJson.Read<Session>(text);
        }

        LogUnreadable(log, record.Key, userId);
        return null;
    }

    internal static SealedPlace PlaceOf(Guid userId, string key, long version) =>
        new("sessions", "data", $"{StandingStore.ShardOf(userId)}/{key}", version);

    [LoggerMessage(LogLevel.Warning, "The record {key} of user {userId} does not open and is no session: it was altered, moved or put back, or an earlier version wrote it")]
    private static partial void LogUnreadable(ILogger logger, string key, Guid userId);
}
