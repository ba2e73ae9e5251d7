namespace AICodeManager.Server.Keeping.Checks.Words;

/// <summary>The checks in Korean.</summary>
internal static class Korean
{
    public static readonly IReadOnlyDictionary<string, ItemWords> Items = new Dictionary<string, ItemWords>
    {
        ["tls_enabled"] = new(
            "TLS가 켜져 있음",
            "security.tls에 인증서와 키를 설정하거나, 앞단 프록시가 TLS를 처리하게 하고 서버는 루프백에서만 수신하세요."),
        ["tls_certificate"] = new(
            "인증서 유효 기간이 30일 넘게 남아 있음",
            "인증서를 갱신하세요. 새 파일은 재시작 없이 적용됩니다."),
        ["tls_versions"] = new(
            "최신 TLS 버전과 암호 모음만 사용함",
            "security.tls.min_version을 1.2 또는 1.3으로 두고 암호 모음은 기본값을 쓰세요."),
        ["security_headers"] = new(
            "실행 중인 서버가 보안 헤더를 보냄",
            "서버를 시작하거나, 헤더를 지우는 프록시가 있는지 확인하세요. security.headers.csp에서 unsafe-inline을 빼세요."),
        ["hsts"] = new(
            "브라우저가 https만 사용함 (HSTS)",
            "security.headers.hsts_max_age를 31536000으로 설정하세요."),
        ["allowed_hosts"] = new(
            "요청에 허용할 호스트 이름이 정해져 있음",
            "server.allowed_hosts(AICLI_ALLOWED_HOSTS)에 이 서버의 이름을 적으세요."),
        ["trusted_proxies"] = new(
            "우리 프록시만 신뢰함",
            "server.trusted_proxies에는 실제 프록시의 주소만 적으세요."),
        ["cors_origins"] = new(
            "다른 사이트가 응답을 읽을 수 없음",
            "security.cors.allowed_origins에 정확한 https 출처만 적으세요."),
        ["csrf_origins"] = new(
            "우리 페이지만 사용자를 대신해 동작할 수 있음",
            "csrf.trusted_origins에 정확한 https 출처만 적고 token_lifetime은 24h로 두세요."),
        ["cookies_secure"] = new(
            "쿠키가 TLS로 우리 사이트에만 전송됨",
            "session.security와 csrf의 secure_cookie를 true, same_site를 strict로 설정하세요."),
        ["sign_in_redirects"] = new(
            "외부 로그인이 TLS 주소로 돌아옴",
            "제공자에 https 리디렉션 URL을 등록하고 redirect_url에 설정하세요."),
        ["secrets_strong"] = new(
            "비밀 값이 충분히 길고 무작위임",
            "'openssl rand -base64 48' 결과로 바꾸세요. previous_keys가 있는 항목은 이전 값을 거기에 두세요."),
        ["secrets_separate"] = new(
            "비밀 값을 용도마다 따로 사용함",
            "표시된 항목마다 서로 다른 비밀 값을 만드세요."),
        ["secrets_age"] = new(
            "1년 넘게 쓴 비밀 값이 없음",
            "비밀 값을 교체하고, 그것으로 만든 것이 남아 있는 동안은 이전 값을 previous 항목에 두세요."),
        ["files_private"] = new(
            "데이터, 비밀 값, 키 파일을 이 사용자만 읽을 수 있음",
            "폴더는 chmod 700, 파일은 chmod 600으로 바꾸고, 다른 사용자가 읽었을 수 있는 비밀 값은 교체하세요."),
        ["database_key_apart"] = new(
            "암호화 키가 데이터와 분리되어 있음",
            "비밀 저장소에서 DB_ENCRYPTION_KEY로 전달하고, 사본은 백업과 다른 곳에 보관하세요."),
        ["admin_password_removed"] = new(
            "최초 관리자 비밀번호가 환경 변수에 남아 있지 않음",
            "AICLI_ADMIN_EMAIL과 AICLI_ADMIN_PASSWORD를 지우세요. 계정은 이미 만들어져 있습니다."),
        ["vault_opens"] = new(
            "암호화된 값을 모두 열 수 있음",
            "빠진 키를 설정하거나(database.encryption.key, previous_keys) 변조된 값을 백업에서 복원하세요. 'aicli-web vault verify'로 값별로 확인할 수 있습니다."),
        ["vault_key_age"] = new(
            "데이터 암호화 키가 1년을 넘지 않음",
            "'aicli-web vault rotate'를 실행하세요. 서버는 계속 동작합니다."),
        ["database_integrity"] = new(
            "데이터베이스가 손상되지 않음",
            "손상된 파일의 사본을 보관하고 디스크를 점검한 뒤, 가장 최근의 정상 백업을 복원하세요."),
        ["database_schema"] = new(
            "데이터베이스 스키마가 이 서버와 일치함",
            "'aicli-web migrate'를 실행하거나 새 버전의 서버를 시작하세요."),
        ["database_role"] = new(
            "데이터베이스 역할에 불필요한 권한이 없음",
            "자기 데이터베이스만 소유한 역할로 접속하세요. superuser, createdb, createrole, replication, bypassrls는 필요하지 않습니다."),
        ["database_transport"] = new(
            "데이터베이스 연결이 암호화되거나 로컬임",
            "DATABASE_URL에 sslmode=verify-full을 추가하거나 로컬 소켓을 쓰세요."),
        ["database_checksums"] = new(
            "데이터베이스 페이지에 체크섬이 있음",
            "PostgreSQL을 멈추고 pg_checksums --enable을 실행하세요."),
        ["redis_protected"] = new(
            "Redis에 비밀번호가 필요함",
            "Redis에 requirepass 또는 ACL을 설정하고, 여기에는 SESSION_REDIS_PASSWORD를 설정하세요."),
        ["redis_transport"] = new(
            "Redis 연결이 암호화되거나 로컬임",
            "인증서와 함께 rediss://를 쓰거나 같은 머신의 Redis를 쓰세요."),
        ["redis_eviction"] = new(
            "Redis가 공간 확보를 위해 데이터를 버리지 않음",
            "maxmemory-policy를 noeviction으로 설정하세요. 그렇지 않으면 폐기 정보와 nonce가 사라집니다."),
        ["redis_persistence"] = new(
            "Redis가 재시작 후에도 데이터를 유지함",
            "Redis에서 appendonly yes를 설정하세요."),
        ["redis_version"] = new(
            "지원되는 버전의 Redis를 사용함",
            "보안 수정이 제공되는 Redis 버전을 설치하세요."),
        ["clocks_agree"] = new(
            "모든 시계가 일치함",
            "모든 머신에서 시간 동기화(chrony, systemd-timesyncd)를 실행하세요. 서명, 토큰, 감사 기록이 시각에 의존합니다."),
        ["rate_limits"] = new(
            "요청 한도가 적용됨",
            "rate_limit.enabled를 true로 하고 로그인 경로에 한도를 두세요."),
        ["attack_detection"] = new(
            "공격으로 보이는 요청을 거부함",
            "모든 유형에 monitoring.attack_detection.mode를 block으로 설정하세요."),
        ["attack_exemptions"] = new(
            "탐지에서 제외된 것이 없음",
            "꺼 둔 규칙과 허용한 네트워크가 아직 필요한지 확인하세요."),
        ["brute_force"] = new(
            "무차별 대입을 차단함",
            "monitoring.attack_detection.brute_force.enabled를 true로, 5분에 5회로 설정하세요."),
        ["account_lockout"] = new(
            "로그인 실패가 이어지면 계정이 잠김",
            "session.security.policies의 max_failed_attempts를 5, lockout_duration을 30m으로 설정하세요."),
        ["blocks_standing"] = new(
            "오래된 차단이 없음",
            "'aicli admin blocks list'로 확인하고 이유가 사라진 차단은 푸세요."),
        ["session_limits"] = new(
            "세션과 토큰이 적절한 시간에 끝남",
            "session_timeout은 30m, idle_timeout은 15m, jwt.expiry는 24h 이하로 두세요."),
        ["session_risk"] = new(
            "세션의 변화를 감지함",
            "device_tracking과 정책을 켜고, GEOIP_DATABASE에 최신 위치 데이터베이스를 두세요."),
        ["key_abuse_policy"] = new(
            "남의 기기를 로그아웃시킬 수 없음",
            "client_keys.abuse.policy를 block_source, suspend_on_evidence를 true로 설정하세요."),
        ["alerts_configured"] = new(
            "알림을 받을 사람이 있음",
            "monitoring.alerts.channels에 채널을 설정하고 'aicli admin alerts test'로 시험하세요."),
        ["alerts_delivered"] = new(
            "최근 알림이 전달됨",
            "'aicli admin alerts test'를 실행하고 실패한 채널을 고치세요."),
        ["audit_enabled"] = new(
            "감사 기록이 켜져 있음",
            "audit.enabled를 true로 설정하세요."),
        ["audit_complete"] = new(
            "유실된 감사 이벤트가 없음",
            "그 시각에 서버에 무엇이 몰렸는지, 데이터베이스가 끊겼는지 확인하세요."),
        ["audit_chain"] = new(
            "감사 기록이 변조되지 않았음이 증명됨",
            "데이터베이스와 체크포인트 파일의 사본을 보관하고 'aicli-web audit verify'를 실행한 뒤, 마지막 정상 점검 이후 누가 쓸 수 있었는지 확인하세요."),
        ["audit_elsewhere"] = new(
            "감사 기록이 다른 머신에도 전송됨",
            "audit.streams에 syslog 또는 webhook을 추가하고, 실패한 스트림을 고치세요."),
        ["audit_retention"] = new(
            "감사 기록을 충분히 오래 보관함",
            "audit.retention을 규정에 맞게 90d 이상으로 설정하세요."),
        ["backups_enabled"] = new(
            "백업이 암호화되어 다른 디스크에 자동으로 만들어짐",
            "database.backup의 enabled와 encryption을 true로 하고, folder를 다른 디스크나 머신으로 지정하세요."),
        ["backup_recent"] = new(
            "최근에 검증된 백업이 있음",
            "'aicli-web backup list'로 사유를 확인해 해결하고 'aicli-web backup'을 실행하세요."),
        ["restore_drill"] = new(
            "최근의 정상 백업을 복원할 수 있음",
            "'aicli-web restore 이름 --to-file'로 이전 백업을 시험하고, 새 백업을 만든 뒤 저장된 디스크를 점검하세요."),
        ["administrators_second_factor"] = new(
            "모든 관리자가 2단계 인증을 사용함",
            "해당 관리자가 패스키나 인증 앱을 등록하게 하세요(aicli account totp)."),
        ["administrators_number"] = new(
            "관리자가 적절한 수만 있음",
            "필요 없는 사람의 관리자 역할을 빼고, 사람마다 계정을 따로 만드세요."),
        ["accounts_unused"] = new(
            "사용하지 않는 계정이 없음",
            "확인한 뒤 계정을 사용 중지하세요(aicli admin users disable)."),
        ["disabled_accounts_signed_in"] = new(
            "사용 중지된 계정의 세션이 없음",
            "'aicli admin users logout'으로 세션을 끝내고 감사 기록에서 활동을 확인하세요."),
        ["disabled_accounts_members"] = new(
            "작업 공간의 구성원이 모두 활동 중임",
            "다른 소유자를 지정하고 떠난 구성원을 제거하세요."),
        ["roles_narrow"] = new(
            "관리 권한은 관리자에게만 있음",
            "rbac.roles의 다른 역할에서 *, system:*, user:*를 빼세요."),
        ["client_keys_old"] = new(
            "교체 시기가 지난 기기 키가 없음",
            "소유자에게 교체를 요청하거나(aicli keys rotate) 'aicli admin keys rotate'로 강제하세요."),
        ["client_keys_unused"] = new(
            "사용하지 않는 기기 키가 없음",
            "더 이상 쓰지 않는 기기의 키를 폐기하세요."),
        ["client_keys_suspended"] = new(
            "정지된 기기 키가 없음",
            "소유자에게 기기 상태를 확인한 뒤 키를 재개하거나 폐기하세요."),
        ["signing_keys_age"] = new(
            "토큰 서명 키가 1년을 넘지 않음",
            "서명 키를 교체하세요: POST /api/v1/admin/signing-keys/rotate."),
        ["failed_logins"] = new(
            "로그인 실패가 평소보다 늘지 않음",
            "감사 기록의 login_failed에서 여러 주소의 한 계정인지, 한 주소의 여러 계정인지 확인하세요."),
        ["permission_denied"] = new(
            "권한 거부가 평소보다 늘지 않음",
            "감사 기록의 permission_denied에서 누가 무엇을 시도했는지, 역할에 빠진 권한이 있는지 확인하세요."),
        ["attacks_seen"] = new(
            "공격으로 보이는 요청이 평소보다 늘지 않음",
            "감사 기록의 attack_detected를 확인하고 계속하는 네트워크를 차단하세요."),
        ["replays_seen"] = new(
            "재전송된 서명 요청이 없음",
            "replay_attack과 revoked_key_used를 확인하세요. 누군가 요청을 가로챘거나 끝난 키를 가지고 있습니다."),
        ["keys_in_two_hands"] = new(
            "두 곳에서 쓰이는 것으로 보이는 키가 없음",
            "소유자에게 확인하고 기기를 잃어버렸다면 키를 폐기하세요."),
        ["sessions_unusual"] = new(
            "이상한 세션이 없음",
            "감사 기록의 suspicious_activity에서 누구의 세션인지, 어디서 왔는지 확인하세요."),
        ["requests_limited"] = new(
            "한도를 넘는 요청이 평소보다 늘지 않음",
            "어느 네트워크와 계정인지 확인하고, 아는 클라이언트에 대해서만 한도를 올리세요."),
        ["server_errors"] = new(
            "서버 오류가 평소보다 늘지 않음",
            "감사 기록의 request_failed와 로그의 요청 ID를 확인하세요."),
        ["role_changes"] = new(
            "역할 변경이 평소보다 늘지 않음",
            "감사 기록의 role_changed에서 누가 누구에게 무엇을 주었는지, 의도한 것인지 확인하세요."),
        ["cache_hit_rates"] = new(
            "캐시 적중률이 충분함",
            "캐시 크기나 유지 시간을 늘리거나, 없는 키를 계속 요청하는 클라이언트를 찾으세요."),
        ["figures_kept"] = new(
            "노드가 통계를 기록함",
            "서버를 시작하고, 기록하지 못했다면 로그에서 이유를 확인하세요."),
        ["telemetry_sent"] = new(
            "메트릭과 추적이 수집기로 전송됨",
            "monitoring.telemetry.endpoint(OTEL_EXPORTER_OTLP_ENDPOINT)를 https 주소나 이 머신의 주소로 설정하세요."),
        ["sandbox_confined"] = new(
            "에이전트가 샌드박스 안에서 실행됨",
            "AICLI_SANDBOX=none을 지우고 Docker 또는 bubblewrap을 설치하세요."),
        ["sandbox_ready"] = new(
            "샌드박스를 시작할 수 있음",
            "확인된 내용에 빠졌다고 나온 것을 준비하세요. 'aicli-web doctor'로 엔진별 상태를 볼 수 있습니다."),
        ["sandbox_probes"] = new(
            "샌드박스를 벗어날 수 없음",
            "'aicli-web doctor'를 실행하고 표시된 보호 기능을 고치세요. 그때까지 작업은 시작되지 않습니다."),
        ["sandbox_apparmor"] = new(
            "AppArmor가 샌드박스를 보호함",
            "작업을 실행하는 호스트에서 AppArmor가 켜진 커널을 사용하세요."),
        ["sandbox_profile"] = new(
            "샌드박스 제한과 프로필이 적절함",
            "docker.security.security_profiles.seccomp를 빼고 docker.security.resources 값을 낮추세요."),
        ["agent_version"] = new(
            "에이전트 CLI가 고정된 버전임",
            "이미지를 다시 만드세요: deploy/workspace/build."),
        ["model_budgets"] = new(
            "작업 예산에 한도가 있음",
            "tasks.default_budget_usd를 낮추고 모든 모델에 가격을 지정하세요."),
        ["model_upstream"] = new(
            "모델 호출이 TLS와 호스트의 키로 이루어짐",
            "ANTHROPIC_BASE_URL을 https 주소로, ANTHROPIC_API_KEY는 비밀 저장소에서 설정하세요."),
        ["not_root"] = new(
            "서버가 root로 실행되지 않음",
            "전용 사용자로 실행하세요. 샌드박스 엔진에 필요한 권한은 docs/sandbox.md에 있습니다."),
        ["disk_free"] = new(
            "디스크 공간이 충분함",
            "서버가 쓰기를 멈추기 전에 공간을 확보하세요."),
        ["open_files"] = new(
            "열 수 있는 파일 수가 충분함",
            "서비스의 LimitNOFILE=65536 또는 ulimit -n으로 한도를 올리세요."),
        ["log_level"] = new(
            "로그가 과도하게 자세하지 않음",
            "LOG_LEVEL을 info 이상으로 설정하세요."),
        ["configuration_sound"] = new(
            "보호를 약화하는 설정이 없음",
            "서버 시작 시 표시되는 해당 항목의 설명을 읽고 고치세요."),
        ["dependencies_vulnerable"] = new(
            "알려진 취약점이 있는 구성 요소가 없음",
            "수정된 버전을 설치하세요. 시스템 구성 요소는 배포판의 업데이트를 적용하세요."),
        ["dependencies_supported"] = new(
            "모든 구성 요소가 지원 기간 안에 있음",
            "보안 수정이 제공되는 버전으로 옮기세요."),
        ["advisories_current"] = new(
            "취약점 목록이 최신임",
            "새 취약점 파일을 받아 --advisories로 지정하거나 새 버전의 서버를 설치하세요."),
    };
}
