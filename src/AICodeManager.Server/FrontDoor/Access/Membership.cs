namespace AICodeManager.Server.FrontDoor.Access;

/// <summary>What somebody may do in a workspace they belong to; each allows what the ones before it do. Compared and stored by rank.</summary>
public enum Membership
{
    /// <summary>Reads projects, files, diffs, tasks and their events.</summary>
    Viewer = 1,

    /// <summary>Makes and changes projects, files and tasks, and answers approvals.</summary>
    Editor = 2,

    /// <summary>Renames and deletes the workspace and says who belongs to it.</summary>
    Owner = 3,
}

/// <summary>Memberships as words: on the wire and in the database.</summary>
public static class MembershipWords
{
    public static readonly IReadOnlyList<string> All = ["owner", "editor", "viewer"];

    public static string Word(this Membership membership) => membership switch
    {
        Membership.Owner => "owner",
        Membership.Editor => "editor",
        _ => "viewer",
    };
}
