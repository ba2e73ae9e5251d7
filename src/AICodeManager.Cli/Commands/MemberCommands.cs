using System.CommandLine;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands;

/// <summary><c>aicli workspace members …</c></summary>
internal static class MemberCommands
{
    public static Command Build(Shell shell) => Shell.Noun(
        "members", "Who belongs to a workspace, and as what.", List(shell), Add(shell), ChangeRole(shell), Remove(shell));

    private static Verb List(Shell shell)
    {
        var workspace = WorkspaceCommands.Which();
        return shell.Verb(
            "list", "List the members of a workspace.", [workspace],
            async (call, cancellationToken) =>
            {
                var id = await call.Finder.WorkspaceAsync(call.Value(workspace), cancellationToken);
                var reply = await call.Members.ListAsync(id, cancellationToken);
                call.Reporter.Answer(reply.Json, writer => writer.Table(
                    ["id", "email", "name", "role", "since"],
                    reply.Value.Select(one => (IReadOnlyList<string?>)[one.UserId, one.Email, one.Name, one.Role, Moment.Of(one.CreatedAt)])));
                return ExitCode.Ok;
            },
            "aicli workspace members list payments");
    }

    private static Verb Add(Shell shell)
    {
        var workspace = WorkspaceCommands.Which();
        var email = new Argument<string>("EMAIL") { Description = "Address of an account that exists" };
        var role = new Option<string>("--role") { Description = "What the member may do", DefaultValueFactory = _ => "viewer" };
        role.AcceptOnlyFromAmong("owner", "editor", "viewer");
        return shell.Verb(
            "add", "Add a member to a workspace.", [workspace, email, role],
            async (call, cancellationToken) =>
            {
                var id = await call.Finder.WorkspaceAsync(call.Value(workspace), cancellationToken);
                var reply = await call.Members.AddAsync(id, call.Value(email), call.Value(role)!, cancellationToken);
                call.Reporter.Answer(reply.Json, writer => Write(writer, reply.Value));
                return ExitCode.Ok;
            },
            "aicli workspace members add payments bob@example.org --role editor");
    }

    private static Verb ChangeRole(Shell shell)
    {
        var workspace = WorkspaceCommands.Which();
        var member = Whom();
        var role = new Argument<string>("ROLE") { Description = "What the member may do from now on" };
        role.AcceptOnlyFromAmong("owner", "editor", "viewer");
        return shell.Verb(
            "role", "Change what a member may do.", [workspace, member, role],
            async (call, cancellationToken) =>
            {
                var id = await call.Finder.WorkspaceAsync(call.Value(workspace), cancellationToken);
                var user = await FindAsync(call, id, call.Value(member), cancellationToken);
                var reply = await call.Members.ChangeAsync(id, user, call.Value(role), cancellationToken);
                call.Reporter.Answer(reply.Json, writer => Write(writer, reply.Value));
                return ExitCode.Ok;
            },
            "aicli workspace members role payments bob@example.org owner");
    }

    private static Verb Remove(Shell shell)
    {
        var workspace = WorkspaceCommands.Which();
        var member = Whom();
        return shell.Verb(
            "remove", "Take a member out of a workspace, or leave it.", [workspace, member],
            async (call, cancellationToken) =>
            {
                var id = await call.Finder.WorkspaceAsync(call.Value(workspace), cancellationToken);
                var user = await FindAsync(call, id, call.Value(member), cancellationToken);
                await call.Members.RemoveAsync(id, user, cancellationToken);
                call.Reporter.Answer(
                    new Done("removed", user), CliJson.Default.Done, writer => writer.Line($"Removed {call.Value(member)} from {id}."));
                return ExitCode.Ok;
            },
            "aicli workspace members remove payments bob@example.org");
    }

    private static Argument<string> Whom() => new("MEMBER") { Description = "E-mail address, id, or beginning of an id" };

    private static async Task<string> FindAsync(Invocation call, string workspace, string named, CancellationToken cancellationToken)
    {
        if (Guid.TryParseExact(named, "D", out _))
            return named;
        var all = await call.Members.ListAsync(workspace, cancellationToken);
        return Finder.One("member", named, all.Value.Select(one => new Finder.Candidate(one.UserId, Spelled(one.Email, named), $" {one.Name}")));
    }

    // Addresses that differ in case alone are one account's.
    private static string? Spelled(string? email, string named) =>
        string.Equals(email, named, StringComparison.OrdinalIgnoreCase) ? named : email;

    private static void Write(HumanWriter writer, Member member) => writer.Fields(
        ("email", member.Email), ("name", member.Name), ("role", member.Role), ("id", member.UserId), ("since", Moment.Of(member.CreatedAt)));
}
