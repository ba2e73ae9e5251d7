using AICodeManager.Server.Ground.Coordination;

namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>How a session lies in the shared store. Measurements put another form in here to tell what ours costs.</summary>
public interface ISessionForm
{
    /// <param name="version">Of the record that the text is for.</param>
    string Write(Session session, long version);

    /// <summary>Null where the record was not written for this user and version, or cannot be read: then it is no session.</summary>
    Session? Read(Guid userId, StoredRecord record);
}
