namespace AICodeManager.Server.Keeping.Alerts.Messages;

/// <summary>Alerts in Korean.</summary>
internal static class KoreanWords
{
    public static readonly AlertWords All = new()
    {
        Continued = "계속: ",
        Several = "여러 대상",
        HeldBack = count => $"지난 알림 이후 {count}번 더 발생했습니다. 그동안 보내지 않은 알림을 여기에 모아 알려 드립니다.",
        Severity = "심각도",
        Subject = "대상",
        Occurrences = "발생 횟수",
        FirstAt = "최초 발생",
        LastAt = "최근 발생",
        ToDo = "조치 방법",
        AlertId = "알림 번호",
        Severities = new Dictionary<AlertSeverity, string>
        {
            [AlertSeverity.Info] = "정보", [AlertSeverity.Warning] = "경고", [AlertSeverity.Critical] = "심각",
        },
        Facts = new Dictionary<string, string>
        {
            ["count"] = "횟수", ["window"] = "기간", ["threshold"] = "기준값", ["networks"] = "주요 발신지 (이 노드 기준)", ["address"] = "주소",
            ["reason"] = "사유", ["event"] = "감사 이벤트", ["user"] = "사용자", ["key"] = "키", ["task"] = "작업", ["project"] = "프로젝트",
            ["network"] = "네트워크", ["until"] = "해제 시각", ["budget_usd"] = "예산 (USD)", ["spent_usd"] = "사용액 (USD)", ["asked_by"] = "요청한 사람",
            ["lost"] = "유실된 이벤트", ["latest"] = "최근 대상", ["scope"] = "범위", ["policy"] = "정책", ["known_device"] = "등록된 기기",
            ["checks"] = "점검 항목",
        },
        Kinds = new Dictionary<string, KindWords>
        {
            [AlertKinds.FailedLogins] = new(
                "로그인 실패가 많습니다",
                "로그인 실패가 기준값을 넘었습니다. 누군가 비밀번호를 추측하고 있거나, 스크립트가 예전 비밀번호를 쓰고 있을 수 있습니다.",
                "감사 기록에서 login_failed를 확인하세요. 한 계정을 여러 주소에서 시도하는지, 여러 계정을 한 주소에서 시도하는지, 단순한 실수인지 구분할 수 있습니다.",
                "시도를 멈추지 않는 네트워크는 차단하세요. 계정은 자동으로 잠깁니다.",
                "특정 사용자나 서비스가 원인이라면 비밀번호를 바로잡도록 안내하세요."),
            [AlertKinds.RateLimitViolations] = new(
                "요청 한도 초과가 많습니다",
                "요청 한도를 넘어 거부된 요청이 기준값보다 많습니다. 대량 요청 공격이거나, 쉬지 않고 요청하는 클라이언트일 수 있습니다.",
                "거부 기록에서 어느 네트워크와 계정인지 확인하세요.",
                "대량 요청을 보내는 네트워크는 차단하고, 한도는 알고 있는 클라이언트에 대해서만 올리세요."),
            [AlertKinds.AttackAttempts] = new(
                "공격으로 보이는 요청이 있습니다",
                "SQL 삽입, 크로스 사이트 스크립팅, 재전송 등 공격으로 보이는 요청이 기준값을 넘었습니다.",
                "감사 이벤트 attack_detected와 replay_attack에서 경로, 필드, 발신지를 확인하세요.",
                "해당 네트워크를 차단하고, 요청이 모두 거부되었는지 확인하세요.",
                "정상 클라이언트가 걸렸다면 그 엔드포인트의 해당 필드만 예외로 두세요."),
            [AlertKinds.PotentialAttack] = new(
                "기기 키가 공격받고 있습니다",
                "클라이언트 키 하나에 잘못된 서명이 많이 들어오거나, 키가 두 곳에서 쓰이는 것으로 보입니다.",
                "키의 소유자에게 기기 상태를 확인하세요.",
                "기기를 잃어버렸거나 믿을 수 없다면 키를 폐기하세요. 소유자는 기기를 다시 등록할 수 있습니다.",
                "서명이 낯선 주소에서 온다면 그 주소를 차단하세요."),
            [AlertKinds.AccountLocked] = new(
                "계정이 잠겼습니다",
                "로그인 실패가 너무 많아 계정의 로그인이 잠겼습니다.",
                "본인이 시도한 것인지 확인하세요. 등록된 기기는 계속 사용할 수 있습니다.",
                "본인이 아니라면 실패한 시도의 발신지를 확인하세요. 비밀번호를 재설정하면 잠금이 풀립니다."),
            [AlertKinds.Blocked] = new(
                "네트워크가 차단되었습니다",
                "한 네트워크에서 오는 요청이 일정 시간 거부됩니다.",
                "차단 목록에서 우리 쪽 네트워크가 아닌지 확인하세요. 우리 쪽이라면 차단을 풀거나 허용 목록에 추가하세요."),
            [AlertKinds.AuditBroken] = new(
                "감사 기록이 온전하지 않습니다",
                "감사 이벤트가 빠졌거나 변경되었습니다. 그동안 일어난 일을 증명할 수 없습니다.",
                "언제 시작되었는지, 누가 데이터베이스에 쓸 수 있었는지 확인하세요.",
                "다른 조치를 하기 전에 데이터베이스와 서버 로그의 사본을 보관하세요.",
                "이벤트가 기록 속도보다 빨리 발생한 경우라면 무엇이 서버에 몰렸는지 확인하세요."),
            [AlertKinds.BackupFailed] = new(
                "백업에 실패했습니다",
                "예약된 백업이 만들어지지 않았거나 검증되지 않았습니다. 다음 백업이 성공할 때까지 새 데이터는 보호되지 않습니다.",
                "사유를 확인하여 디스크 공간이나 접근 권한을 바로잡고, 직접 백업을 실행하세요.",
                "가장 최근의 정상 백업을 복원할 수 있는지 확인하세요."),
            [AlertKinds.CheckFailed] = new(
                "보안 점검에 실패한 항목이 있습니다",
                "지난 보안 점검에서는 정상이었던 항목이 더 이상 정상이 아닙니다.",
                "'aicli-web security-check' 또는 'aicli admin security-check'를 실행하면 확인된 내용과 조치 방법이 표시됩니다.",
                "감사 기록에서 지난 점검 이후 무엇이 바뀌었는지 확인하세요."),
            [AlertKinds.SandboxProbeFailed] = new(
                "샌드박스 보호가 유지되지 않습니다",
                "탈출 점검에서 작동하지 않는 샌드박스 보호가 발견되어 작업을 시작하지 않습니다.",
                "호스트에서 'aicli-web doctor'를 실행하면 어떤 보호인지 알 수 있습니다.",
                "커널, 컨테이너 엔진, 프로필 중 바뀐 것을 찾으세요. 점검을 통과하면 작업이 다시 시작됩니다."),
            [AlertKinds.BudgetWarning] = new(
                "예산을 거의 다 썼습니다",
                "예산의 85 %를 사용했습니다. 예산을 모두 쓰면 작업이 멈춥니다.",
                "작업이 진행되고 있는지 확인하고, 같은 일을 반복하고 있다면 취소하세요."),
            [AlertKinds.BudgetExhausted] = new(
                "예산을 모두 썼습니다",
                "남은 예산으로는 모델을 더 호출할 수 없어 작업이 멈춥니다.",
                "예산을 늘려 다시 시작하기 전에 무엇에 사용했는지 확인하세요."),
            [AlertKinds.Test] = new(
                "시험 알림",
                "시험 알림입니다. 이 서버의 알림이 여기로 전달됩니다. 아무 일도 일어나지 않았습니다.",
                "조치할 것이 없습니다."),
        },
    };
}
