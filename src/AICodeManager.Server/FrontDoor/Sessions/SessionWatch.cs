using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;
using Microsoft.AspNetCore.Http.Features;

namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>Lets answers that take long (event streams) end with the session, or the standing, that asked for them.</summary>
public sealed class SessionWatches(ICoordination coordination, StandingStore standings, ISessionForm form, TimeProvider time)
{
    /// <summary>Watches the request's session until disposed.</summary>
    public SessionWatch Of(HttpContext context) => CurrentSession.Of(context) is { } session
        ? new(coordination, standings, form, time, session.User, session.Session, Credential.Of(context)!.TokenId, null)
        : new(coordination, standings, form, time, context.Features.GetRequiredFeature<UserStanding>(), null, Guid.Empty, context.Features.Get<StandsUntil>());
}

/// <summary>When what carries a request without a session ends by itself, though nothing changes: a key grows old.</summary>
public sealed record StandsUntil(DateTimeOffset At);

/// <summary>One session under watch: told of its end at once by a notice, and sure of it by asking now and then.</summary>
public sealed class SessionWatch : IDisposable
{
    private readonly CancellationTokenSource over = new();
    private readonly IDisposable subscription;
    private readonly ICoordination coordination;
    private readonly StandingStore standings;
    private readonly ISessionForm form;
    private readonly UserStanding admitted;
    private readonly Session? session;
    private readonly Guid tokenId;
    private readonly TimeProvider time;
    private readonly StandsUntil? ends;

    /// <param name="session">Null where a signature alone asked.</param>
    internal SessionWatch(
        ICoordination coordination, StandingStore standings, ISessionForm form, TimeProvider time, UserStanding admitted, Session? session, Guid tokenId,
        StandsUntil? ends)
    {
        (this.coordination, this.standings, this.form, this.time) = (coordination, standings, form, time);
        (this.admitted, this.session, this.tokenId, this.ends) = (admitted, session, tokenId, ends);
        var id = session?.Id.ToString("N");
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
        var shard = StandingStore.ShardOf(admitted.Id);
        var standing = new ReadFact(shard, StandingStore.FactKey);
        try
        {
            if (time.GetUtcNow() >= ends?.At)
            {
                return false;
            }

            if (session is null)
            {
                await coordination.ExchangeAsync([standing], cancel);
                // Whatever has changed about the user, the key may be it: the client comes back and is judged anew.
                return (await NowAsync(standing, cancel))?.Version == admitted.Version;
            }

            var record = new ReadRecord(shard, SessionStore.KeyOf(session.Id));
            var revoked = new IsMarked(shard, SessionStore.RevokedKey(tokenId));
            await coordination.ExchangeAsync([record, standing, revoked], cancel);
            if (revoked.Answer || record.Answer is not { Ended: null } live || form.Read(admitted.Id, live) is not { } read)
            {
                return false;
            }

            var user = await NowAsync(standing, cancel);
            return user is { Disabled: false } && user.Epoch == read.Epoch;
        }
        catch (CoordinationUnavailableException)
        {
            return false;
        }
    }

    // No copy, or none that can be read: the account may have changed just now.
    private async Task<UserStanding?> NowAsync(ReadFact standing, CancellationToken cancel) =>
        (standing.Answer is { } text ? standings.Open(admitted.Id, text) : null) ?? await standings.LoadAsync(admitted.Id, cancel);

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
