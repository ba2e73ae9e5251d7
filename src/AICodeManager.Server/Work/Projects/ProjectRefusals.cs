using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Work.Sandbox;

namespace AICodeManager.Server.Work.Projects;

/// <summary>The refusals of this room.</summary>
public static class ProjectRefusals
{
    /// <param name="holder">Who has the working copy, for people.</param>
    public static Refusal Busy(string? holder) => Refusals.Conflict(
        "project_busy", "The working copy is in use.", $"Now: {holder ?? "somebody else was first"}. Wait for its end, or cancel it.");

    public static Refusal NotReady(Project project) => Refusals.Conflict(
        "project_not_ready", "The project has no working copy.", $"Its state is {project.State}.");

    public static Refusal Full() => Refusals.Conflict(
        ProjectToolException.Full, "The project would grow past its size limit.", "Remove files, or ask the administrator for a larger limit.");

    internal static Refusal Of(ProjectToolException fault) => fault.Code switch
    {
        ProjectToolException.Full => Full(),
        ProjectToolException.Failed => Refusals.Conflict(fault.Code, "Git could not work on this working copy.", fault.Message),
        _ => Refusals.Unavailable(fault.Code, "The working copy could not be worked on now.", fault.Message),
    };

    internal static Refusal Of(SandboxException fault) =>
        Refusals.Unavailable(fault.Code, "No sandbox could be started.", fault.Message);
}
