using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;

namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>Lets answers that take long (event streams) end with the session that asked for them.</summary>
public sealed class SessionWatches(ICoordination coordination, StandingStore standings)
{
    /// <summary>Watches the request's session until disposed.</summary>
    public SessionWatch Of(HttpContext context) => new(coordination, standings, CurrentSession.Of(context)!, Credential.Of(context)!);
}

/// <summary>One session under watch: told of its end at once by a notice, and sure of it by asking now and then.</summary>
public sealed class SessionWatch : IDisposable
{
    private readonly CancellationTokenSource over = new();
    private readonly IDisposable subscription;
    private readonly ICoordination coordination;
    private readonly StandingStore standings;
    private readonly CurrentSession session;
    private readonly Credential credential;

    internal SessionWatch(ICoordination coordination, StandingStore standings, CurrentSession session, Credential credential)
    {
        (this.coordination, this.standings, this.session, this.credential) = (coordination, standings, session, credential);
        var id = session.Session.Id.ToString("N");
        subscription = coordination.Subscribe(SessionStore.EndedTopic, ended =>
        {
            if (ended == id)
            {
                Cut();
            }
        });
    }

    /// <summary>Cancelled when a notice says that the session has ended.</summary>
    public CancellationToken Over => over.Token;

    /// <summary>Asks the store, without sliding the idle time: a stream that nobody looks at keeps no session alive.</summary>
    /// <remarks>A store that does not answer counts as no: the client comes back and is judged anew.</remarks>
    public async Task<bool> StillLivesAsync(CancellationToken cancel)
    {
        var shard = StandingStore.ShardOf(session.Session.UserId);
        var record = new ReadRecord(shard, SessionStore.KeyOf(session.Session.Id));
        var standing = new ReadFact(shard, StandingStore.FactKey);
        var revoked = new IsMarked(shard, SessionStore.RevokedKey(credential.TokenId));
        try
        {
            await coordination.ExchangeAsync([record, standing, revoked], cancel);
            if (revoked.Answer || record.Answer is not { Ended: null } live || Session.FromText(live.Data) is not { } read)
            {
                return false;
            }

            // No copy, or none that can be read: the account may have changed just now.
            var user = (standing.Answer is { } text ? UserStanding.FromText(text) : null)
                ?? await standings.LoadAsync(session.Session.UserId, cancel);
            return user is { Disabled: false } && user.Epoch == read.Epoch;
        }
        catch (CoordinationUnavailableException)
        {
            return false;
        }
    }

    private void Cut()
    {
        try
        {
            over.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The stream ended by itself while the notice was on its way.
        }
    }

    public void Dispose()
    {
        subscription.Dispose();
        over.Dispose();
    }
}
