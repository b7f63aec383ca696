import type { Messages } from './messages.ts';

export const korean: Messages = {
  languageName: '한국어',
  language: '언어',
  title: 'Kindling 플레이그라운드',
  tutorials: {
    autograd: '1 · 기울기, 그리고 숫자를 한 장씩',
    digits: '2 · 숫자를 묶음으로',
    diabetes: '3 · 당뇨병, 넓고 깊게',
    weightHeight: '4 · 몸무게와 키',
    xor: '5 · XOR',
  },
  programs: {
    autograd: {
      title: '자동 미분',
      about: '작은 도함수 세 개를 backward()로 계산합니다. 식을 바꾸고 손으로 계산한 값과 비교해 보세요.',
    },
    'digits-single': {
      title: '한 번에 한 장씩 배우는 숫자 분류기',
      about:
        '튜토리얼의 분류기는 한 단계에 이미지 한 장을 봅니다. 끝나면 직접 숫자를 그려 보세요. mse 대신 bce, LeakyReLU, Adam, LayerNorm도 시험해 보세요.',
    },
    digits: {
      title: '손글씨 숫자를 묶음으로',
      about:
        '시드로 그린 숫자로 학습하므로 내려받을 것이 없습니다. 끝나면 직접 그려 보세요. 그리는 동안 바로 분류합니다.',
    },
    diabetes: {
      title: '당뇨병: 세 층, 그리고 열 층',
      about:
        '작은 분류기와 숙제: 시그모이드를 열 층 쌓으면 기울기가 내려가다 사라집니다. 데이터는 한 번만 내려받습니다.',
    },
    'weight-height-by-hand': {
      title: '몸무게와 키를 손으로',
      about:
        'float64와 NumPy 난수로 연쇄 법칙을 직접 적고, 공개된 기울기의 어디가 틀렸는지 autograd로 확인합니다. 데이터는 한 번만 내려받습니다.',
    },
    'weight-height': {
      title: '몸무게와 키를 autograd로',
      about:
        '세 층이 몸무게로 키를 배웁니다. 마지막 차트가 예측과 실제 값을 비교합니다. 데이터는 한 번만 내려받습니다.',
    },
    'xor-by-hand': {
      title: 'XOR를 손으로',
      about: '순전파, 손실, 연쇄 법칙, 갱신을 autograd 없이 텐서 연산만으로 적었습니다.',
    },
    xor: {
      title: '모듈로 만든 XOR',
      about: '은닉 유닛 두 개면 충분합니다. 네 점 사이의 평면이 어떻게 나뉘는지 결정 경계 탭에서 보세요.',
    },
    'xor-wide-deep': {
      title: '넓고 깊은 XOR',
      about: '열 개짜리 은닉층 세 개입니다. 작은 신경망의 곡선과 비교해 보세요.',
    },
  },
  program: '프로그램',
  shared: {
    title: '링크로 받은 프로그램',
    about:
      '이 프로그램은 페이지 주소에 담겨 왔습니다. 이 페이지가 할 수 있는 일을 할 수 있으니 읽어 본 뒤 실행하세요.',
  },
  run: '실행',
  runKeys: 'Ctrl+Enter로 실행합니다',
  stop: '중지',
  reset: '되돌리기',
  share: '공유',
  shareCopied: '링크를 복사했습니다.',
  shareShown: '주소창의 주소가 링크입니다.',
  status: {
    loading: '불러오는 중…',
    ready: (engine) => `준비됨 · ${engine} 엔진`,
    running: '실행 중…',
    finished: (seconds) => `${seconds}초 만에 끝났습니다`,
    stopped: '중지했습니다',
    failed: '오류로 끝났습니다',
    notLoaded: (reason) => `패키지를 불러오지 못했습니다: ${reason}`,
  },
  editor: '프로그램 텍스트',
  editorKeys:
    'Tab은 들여쓰기입니다. 편집기를 나가려면 Esc를 누른 뒤 Tab을 누르세요. Ctrl+Enter로 실행합니다.',
  console: '콘솔',
  consoleEmpty: '프로그램이 출력하는 내용이 여기에 나타납니다.',
  clearConsole: '지우기',
  leftOut: (count) => `이전 메시지 ${count}개는 생략했습니다`,
  line: (line) => `${line}번째 줄`,
  curves: '학습 곡선',
  noCurves: 'createRun으로 기록하는 프로그램의 학습 곡선이 여기에 나타납니다.',
  drawing: {
    title: '숫자 그리기',
    pad: '그림판',
    hint: '마우스나 손가락, 키보드로 그리세요.',
    wait: '먼저 프로그램을 실행하세요. 그러면 그린 숫자를 분류합니다.',
    keys: '화살표 키로 펜을 움직이고, 스페이스로 펜을 내리거나 들고, Delete로 지웁니다.',
    clear: '지우기',
    seen: '신경망이 보는 그림',
    scores: '점수',
    result: (digit) => `${digit}(으)로 보입니다`,
  },
};
