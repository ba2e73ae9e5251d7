namespace AICodeManager.Server.Keeping.Alerts.Messages;

/// <summary>Alerts in English.</summary>
internal static class EnglishWords
{
    public static readonly AlertWords All = new()
    {
        Continued = "Continued: ",
        Several = "several at once",
        HeldBack = count => $"Since the last message about this it happened {count} more time{(count == 1 ? "" : "s")}; those were held back and are summed up here.",
        Severity = "Severity",
        Subject = "About",
        Occurrences = "Occurrences",
        FirstAt = "First seen",
        LastAt = "Last seen",
        ToDo = "What to do",
        AlertId = "Alert",
        Severities = new Dictionary<AlertSeverity, string>
        {
            [AlertSeverity.Info] = "info", [AlertSeverity.Warning] = "warning", [AlertSeverity.Critical] = "critical",
        },
        Facts = new Dictionary<string, string>
        {
            ["count"] = "Count", ["window"] = "Within", ["threshold"] = "Threshold", ["networks"] = "Mostly from (this node)", ["address"] = "Address",
            ["reason"] = "Reason", ["event"] = "Audit event", ["user"] = "User", ["key"] = "Key", ["task"] = "Task", ["project"] = "Project",
            ["network"] = "Network", ["until"] = "Until", ["budget_usd"] = "Budget (USD)", ["spent_usd"] = "Spent (USD)", ["asked_by"] = "Asked for by",
            ["lost"] = "Events lost", ["latest"] = "Latest", ["scope"] = "Scope", ["policy"] = "Policy", ["known_device"] = "Known device",
            ["checks"] = "Checks",
        },
        Kinds = new Dictionary<string, KindWords>
        {
            [AlertKinds.FailedLogins] = new(
                "Many failed sign-ins",
                "More sign-ins failed than the threshold allows. Somebody may be guessing passwords, or a script may hold an old one.",
                "Look at the audit for login_failed: one account from many addresses, many accounts from one, or one honest mistake.",
                "Block a network that keeps trying; accounts lock themselves.",
                "If one person or service is behind it, have its password corrected."),
            [AlertKinds.RateLimitViolations] = new(
                "Many requests over the limits",
                "More requests were refused for exceeding a rate limit than the threshold allows. That is a flood, or a client without pauses.",
                "See which networks and accounts the refusals name.",
                "Block a network that floods; raise the limit only for a client you know."),
            [AlertKinds.AttackAttempts] = new(
                "Requests that look like attacks",
                "More requests carried what looks like an attack (such as SQL injection, cross-site scripting or a replay) than the threshold allows.",
                "Read the audit events attack_detected and replay_attack: which routes, which fields, from where.",
                "Block the networks; check that what they reached refused them.",
                "If honest clients are hit, exempt that field of that endpoint and nothing more."),
            [AlertKinds.PotentialAttack] = new(
                "A device's key is under attack",
                "A client key is named by many bad signatures, or seems to be in two hands.",
                "Ask the key's owner about the device.",
                "Revoke the key if the device is lost or cannot be trusted; its owner enrols it again.",
                "Block the address if the signatures come from a stranger."),
            [AlertKinds.AccountLocked] = new(
                "An account is locked",
                "Sign-in to an account is locked after too many failures.",
                "Ask the owner whether it was them; devices that the account knows keep working.",
                "If it was not them, look where the failures came from. A password reset lifts the lock."),
            [AlertKinds.Blocked] = new(
                "A network is blocked",
                "Requests from a network are refused for a while.",
                "Check in the list of blocks that it is not one of your own networks; lift the block or allow the network if it is."),
            [AlertKinds.AuditBroken] = new(
                "The audit is not whole",
                "Audit events are missing or were changed. What happened meanwhile cannot be proved.",
                "Find out when it began and who could write to the database.",
                "Keep a copy of the database and the server's log before anything else is done.",
                "If events came faster than they could be written, see what flooded the server."),
            [AlertKinds.BackupFailed] = new(
                "A backup failed",
                "The scheduled backup was not made or could not be verified. Until the next one succeeds, what is new would be lost.",
                "Read the reason, free the disk or mend the access, and make a backup by hand.",
                "Verify that the latest good one can be restored."),
            [AlertKinds.CheckFailed] = new(
                "A security check fails",
                "Something that the security check found in order the last time is not in order any more.",
                "Run 'aicli-web security-check' or 'aicli admin security-check': it shows what was found and what to do.",
                "Look in the audit for what was changed since the check before."),
            [AlertKinds.SandboxProbeFailed] = new(
                "The sandbox does not hold",
                "An escape probe found a protection of the sandbox that does not hold, so no task is started.",
                "Run 'aicli-web doctor' on the host: it names the protection.",
                "Look for what changed: kernel, container engine, profiles. Tasks start again when the probes pass."),
            [AlertKinds.BudgetWarning] = new(
                "A budget is nearly spent",
                "85 % of a budget is spent. At its end the task stops.",
                "See whether the task makes progress; cancel it if it runs in circles."),
            [AlertKinds.BudgetExhausted] = new(
                "A budget is spent",
                "A budget does not hold another call to the model; the task stops.",
                "Look at what the task spent it on before starting it anew with a larger budget."),
            [AlertKinds.Test] = new(
                "Test",
                "This is a test: alerts of this server reach you here. Nothing has happened.",
                "Nothing."),
        },
    };
}
