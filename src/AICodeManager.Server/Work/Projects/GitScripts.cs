namespace AICodeManager.Server.Work.Projects;

/// <summary>
/// What is run in this room's sandboxes, as fixed text: nothing of a user's is ever pasted in, it comes as arguments
/// or input. Plumbing is preferred: it runs no hooks and looks into no nested repository.
/// </summary>
internal static class GitScripts
{
    /// <summary>The script's own way to say that there is nothing to do.</summary>
    public const int NothingToDo = 3;

    // A command that was ended half-way leaves its lock; the working copy's one writer may clear it.
    private const string Begin = """
        set -eu
        umask 022
        find "$GIT_DIR" -maxdepth 1 -name '*.lock' -delete
        find "$GIT_DIR/refs" -name '*.lock' -delete 2>/dev/null || :

        """;

    // An agent, or an archive, may have taken the rights from folders: neither Git nor a person could look into them.
    private const string Unlock = """
        find . -path ./.git -prune -o -type d ! -perm -700 -exec chmod u+rwx {} \; 2>/dev/null || :
        find . -path ./.git -prune -o -type f ! -perm -600 -exec chmod u+rw {} + 2>/dev/null || :

        """;

    // 1 says that some files could not be read: they are named on standard error and left out.
    private const string AddAll = """
        add() { git add "$@" --ignore-errors . || [ $? -eq 1 ]; }

        """;

    private const string Init = Begin + AddAll + """
        git init -q --template= -b main
        git config core.hooksPath /dev/null
        git config core.fsmonitor false
        git config gc.auto 0

        """;

    /// <summary>A repository whose first commit holds all there is, ignored files too. Argument: the message.</summary>
    public const string Baseline = Init + """
        add -A -f
        tree=$(git write-tree)
        commit=$(printf '%s\n' "$1" | git commit-tree "$tree")
        git update-ref -m "$1" refs/heads/main "$commit"
        git repack -a -d -q || :
        """;

    /// <summary>
    /// A clone made of init and fetch, so that the configuration is ours from the start. Arguments: the address to
    /// read from, the one to keep as origin, a branch or nothing, the port of a forwarder to the egress socket or nothing.
    /// </summary>
    public const string Clone = Init + """
        from=$1 origin=$2 branch=$3 port=$4
        git config remote.origin.url "$origin"
        git config remote.origin.fetch '+refs/heads/*:refs/remotes/origin/*'
        if [ -n "$port" ]; then
            socat "TCP-LISTEN:$port,bind=127.0.0.1,reuseaddr,fork" UNIX-CONNECT:/run/aicli/proxy.sock &
            listening=$(printf ':%04X 00000000:0000 0A' "$port")
            tries=0
            until grep -q "$listening" /proc/net/tcp; do
                tries=$((tries + 1))
                [ "$tries" -lt 100 ] || { echo 'The way to the egress proxy did not open.' >&2; exit 70; }
                sleep 0.05
            done
            git config --global http.proxy "http://127.0.0.1:$port"
        fi
        git ls-remote --symref "$from" HEAD > /tmp/head
        head=$(sed -n 's|^ref: refs/heads/\(.*\)\tHEAD$|\1|p' /tmp/head)
        detached=$(sed -n 's|^\([0-9a-f]\{40,64\}\)\tHEAD$|\1|p' /tmp/head)
        git fetch -q --no-write-fetch-head --no-recurse-submodules --no-auto-maintenance "$from" \
            '+refs/heads/*:refs/remotes/origin/*' '+refs/tags/*:refs/tags/*'
        has() { git rev-parse -q --verify "refs/remotes/origin/$1^{commit}" > /dev/null; }
        if [ -n "$branch" ]; then
            has "$branch" || { echo "The repository has no branch '$branch'." >&2; exit 65; }
        else
            for branch in "$head" main master ''; do
                [ -n "$branch" ] && has "$branch" && break
            done
            [ -n "$branch" ] || branch=$(git for-each-ref --count=1 --format='%(refname:lstrip=3)' refs/remotes/origin)
        fi
        if [ -n "$branch" ]; then
            if [ -z "$3" ] && [ -z "$head" ] && [ -n "$detached" ]; then start=$detached; else start=refs/remotes/origin/$branch; fi
            git update-ref -m clone "refs/heads/$branch" "$start"
            git symbolic-ref HEAD "refs/heads/$branch"
            git config "branch.$branch.remote" origin
            git config "branch.$branch.merge" "refs/heads/$branch"
            git reset -q --hard
        else
            commit=$(echo 'Initial commit' | git commit-tree "$(git write-tree)")
            git update-ref -m init refs/heads/main "$commit"
        fi
        """;

    /// <summary>
    /// The working copy against HEAD, new files too. Git's folder is read-only here: index and objects are copies in
    /// memory; the index keeps its time, without which Git would miss changes made in the second in which it was written.
    /// Output: HEAD, the length of the summary, the summary (raw and counts, NUL between), the patch. Renames
    /// are not searched for: that costs the square of the files.
    /// </summary>
    public const string Diff = AddAll + """
        set -eu
        export GIT_INDEX_FILE=/tmp/index GIT_OBJECT_DIRECTORY=/tmp/objects GIT_ALTERNATE_OBJECT_DIRECTORIES="$GIT_DIR/objects"
        mkdir -p /tmp/objects
        if [ -f "$GIT_DIR/index" ]; then cp -p "$GIT_DIR/index" /tmp/index; else git read-tree HEAD; fi
        add -N
        git rev-parse HEAD
        diff() { git diff --no-ext-diff --no-textconv --no-color --no-renames --ignore-submodules=dirty "$@" HEAD; }
        diff -z --raw --numstat --no-abbrev | head -c "$1" > /tmp/summary
        wc -c < /tmp/summary
        cat /tmp/summary
        diff --patch | head -c "$2"
        """;

    /// <summary>Everything the working copy holds becomes a commit. Input: the message. Output: the commit, files changed.</summary>
    public const string Commit = Begin + AddAll + """
        add -A
        tree=$(git write-tree)
        [ "$tree" != "$(git rev-parse 'HEAD^{tree}')" ] || exit 3
        old=$(git rev-parse HEAD)
        commit=$(git commit-tree "$tree" -p "$old" -F -)
        git update-ref -m commit HEAD "$commit" "$old"
        echo "$commit"
        git diff-tree --no-commit-id --no-renames -r -z --name-only "$commit" | tr -cd '\000' | wc -c
        """;

    /// <summary>The working copy becomes HEAD again; ignored files (dependencies, builds) stay.</summary>
    public const string DiscardAll = Begin + Unlock + """
        git reset -q --hard HEAD
        git clean -ffdq
        """;

    /// <summary>The same for some paths only, given as arguments.</summary>
    public const string DiscardPaths = Begin + Unlock + """
        git reset -q HEAD -- "$@" || :
        git clean -ffdq -- "$@"
        git ls-tree -r -z --name-only --full-tree HEAD -- "$@" | git checkout-index -f -q -z --stdin
        """;

    /// <summary>Which commit the working copy stands on.</summary>
    public const string Head = "git rev-parse HEAD";

    /// <summary>Removes what a commit that outgrew the bound left behind in Git's folder.</summary>
    public const string Prune = Begin + "git prune --expire=now";

    /// <summary>
    /// Unpacks an upload of any form bsdtar knows. Owners, rights, attributes and every <c>.git</c> stay out; Git's
    /// folder is read-only meanwhile. What is neither file, folder nor link is removed.
    /// </summary>
    public const string Extract = """
        set -eu
        umask 022
        bsdtar -x -f /run/aicli/upload -C /workspace --no-same-owner --no-same-permissions --no-acls --no-xattrs --no-fflags \
            --exclude .git --exclude '.[gG][iI][tT]' < /dev/null

        """ + Unlock + """
        find . -path ./.git -prune -o ! -type d ! -type f ! -type l -exec rm -f {} +
        """;
}
