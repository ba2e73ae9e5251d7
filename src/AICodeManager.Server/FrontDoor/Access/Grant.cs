namespace AICodeManager.Server.FrontDoor.Access;

/// <summary>
/// What a request was let through with: how far its permission reaches, and the least membership its route asks for
/// where that is not everybody's. Every statement that reads or changes a thing narrows itself by it.
/// </summary>
public sealed record Grant
{
    // There are six of them: a request costs none.
    private static readonly Grant[] Known =
        [.. from reach in (Reach[])[Reach.Own, Reach.Any] from least in Enum.GetValues<Membership>() select new Grant(reach, least)];

    private Grant(Reach reach, Membership least) => (Reach, Least) = (reach, least);

    public Reach Reach { get; }

    public Membership Least { get; }

    /// <summary>For SQL: true where everybody's things may be touched.</summary>
    public bool All => Reach == Reach.Any;

    /// <summary>Null where nothing is allowed.</summary>
    public static Grant? Of(Reach reach, Membership least) =>
        reach == Reach.None ? null : Known[((int)reach - (int)Reach.Own) * 3 + (int)least - (int)Membership.Viewer];

    /// <summary>Binds as an endpoint parameter. Endpoints behind a permission always have one.</summary>
    public static ValueTask<Grant?> BindAsync(HttpContext context) => ValueTask.FromResult(context.Features.Get<Grant>());
}
